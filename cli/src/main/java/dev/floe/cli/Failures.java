package dev.floe.cli;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints a failure: its code, what, where, and what to do; the stack trace only where asked for. */
public final class Failures implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        FloeException known = known(failure);
        PrintWriter err = command.getErr();
        command.getOut().flush();
        err.print(text(known));
        if (verbose(command)) {
            failure.printStackTrace(err);
        }
        err.flush();
        return ExitCodes.of(known);
    }

    /** The lines that tell a person of a failure. */
    public static String text(FloeException failure) {
        StringBuilder out = new StringBuilder();
        line(out, "floe: " + failure.code() + " (" + failure.code().number() + "): ", failure.message());
        if (!failure.fieldPath().isEmpty()) {
            line(out, "  at: ", failure.fieldPath());
        }
        if (failure.row() >= 0) {
            line(out, "  row: ", Long.toString(failure.row()));
        }
        if (!failure.action().isEmpty()) {
            line(out, "  do: ", failure.action());
        }
        if (failure.retryAfterMillis() > 0) {
            line(out, "  retry after: ", failure.retryAfterMillis() + " ms");
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String label, String text) {
        // a message may repeat what it was sent: no control characters of it reach the terminal
        out.append(label).append(Printable.lines(text)).append(System.lineSeparator());
    }

    private static FloeException known(Exception failure) {
        if (failure instanceof FloeException known) {
            return known;
        }
        if (failure instanceof NoSuchFileException e) {
            return new FloeException(ErrorCode.INVALID_ARGUMENT, "there is no file " + e.getFile(), e);
        }
        if (failure instanceof IOException) {
            return new FloeException(ErrorCode.INVALID_ARGUMENT, "reading or writing failed: " + failure, failure);
        }
        return new FloeException(ErrorCode.DEFECT, "the command failed: " + failure, failure)
                .advise("run it again with --verbose and report what it prints");
    }

    private static boolean verbose(CommandLine command) {
        for (Object mixin : command.getMixins().values()) {
            if (mixin instanceof Connection connection) {
                return connection.isVerbose();
            }
        }
        return command.getCommandSpec().root().userObject() instanceof FloeCli floe
                && floe.connection().isVerbose();
    }
}
