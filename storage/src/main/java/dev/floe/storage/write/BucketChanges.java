package dev.floe.storage.write;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * What one bucket adds to its table at one checkpoint.
 *
 * <p>{@code deletionVectors} replace, file by file, whatever vector a data file had before; each is a superset of it.
 * {@code offset} is the log offset of the last entry contained, {@code rowsIn} the rows of all entries contained.
 */
public record BucketChanges(
        int bucket, long offset, long rowsIn, List<DataFile> dataFiles, List<DeleteFile> deletionVectors) {
    public BucketChanges {
        dataFiles = List.copyOf(dataFiles);
        deletionVectors = List.copyOf(deletionVectors);
    }
}
