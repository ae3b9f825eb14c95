package dev.floe.catalog.table;

import dev.floe.storage.sidecar.IndexFields;

/**
 * How many of a table's data files have an index.
 *
 * @param files data files of the snapshot that was looked at last; {@link #UNKNOWN} before that
 * @param error of a file whose index could not be made, which is tried again; else empty
 */
public record IndexProgress(IndexFields fields, int files, int filesDone, String error) {
    /** What is said of files before anybody looked. */
    public static final int UNKNOWN = -1;

    public boolean isComplete() {
        return files == filesDone;
    }
}
