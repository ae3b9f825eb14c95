package dev.floe.cli;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;

/** What the process answers to the shell. */
public final class ExitCodes {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int NO_ACCESS = 3;

    private ExitCodes() {}

    static int of(FloeException failure) {
        ErrorCode code = failure.code();
        return code == ErrorCode.SERVER_UNREACHABLE || code == ErrorCode.UNAUTHENTICATED ? NO_ACCESS : FAILED;
    }
}
