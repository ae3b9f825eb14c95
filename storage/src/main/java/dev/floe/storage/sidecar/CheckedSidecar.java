package dev.floe.storage.sidecar;

/** A sidecar whose bytes were checked when it was opened, and may have been written to since. */
public interface CheckedSidecar {
    /** False where the file was written to, replaced or deleted since: what was found in it does not count then. */
    boolean isAsChecked();

    /** Bytes of the mapped part. */
    long bytes();
}
