package dev.floe.core.lifecycle;

/**
 * A part of a process with a beginning and an end.
 *
 * <p>Constructors do no I/O. {@link #start} binds and connects, {@link #close} undoes it, may be called twice and
 * from any thread, and leaves nothing running.
 */
public interface Component extends AutoCloseable {
    /** A short name for logs and status, such as {@code log} or {@code ingest-job}. */
    String name();

    void start();

    /** The part's condition, cheap enough to ask every second. */
    Health health();

    @Override
    void close();
}
