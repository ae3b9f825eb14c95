package dev.floe.core.error;

import java.nio.channels.ClosedByInterruptException;

/**
 * Tells errors of a thread that was asked to stop from errors of what it was at.
 *
 * <p>Java closes a channel under a thread that is interrupted while it reads: the file looks unreadable, and is whole.
 */
public final class Interruption {
    private Interruption() {}

    /** True where the current thread is interrupted, or the error or one of its causes says that its thread was. */
    public static boolean isBehind(Throwable error) {
        if (Thread.currentThread().isInterrupted()) {
            return true;
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }
}
