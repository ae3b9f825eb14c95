package dev.floe.storage.write;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * What one bucket adds to its table at one checkpoint: the log from after {@code baseOffset} up to {@code offset}.
 *
 * <p>{@code deletionVectors} replace, file by file, whatever vector a data file had before; each is a superset of it.
 * The changes of one writer chain: the {@code baseOffset} of each is the {@code offset} of the one before. Offsets
 * alone don't tell a state of the bucket: after a rollback another writer makes other files of the same entries. With
 * the epoch that came to the offset they do.
 *
 * @param epoch the epoch of the writer that made them; of two writers of a bucket only the higher counts
 * @param baseOffset the bucket's offset before these changes, -1 where there was none
 * @param baseEpoch the epoch of the writer that came to {@code baseOffset}, negative where there was none
 * @param offset the log offset of the last entry contained
 * @param rowsIn the rows of all entries contained
 * @param replacedFiles files whose live rows are in {@code dataFiles} now; they go, with their vectors
 */
public record BucketChanges(
        int bucket,
        long epoch,
        long baseOffset,
        long baseEpoch,
        long offset,
        long rowsIn,
        List<DataFile> dataFiles,
        List<DeleteFile> deletionVectors,
        List<DataFile> replacedFiles) {
    public BucketChanges {
        if (offset <= baseOffset) {
            throw new IllegalArgumentException("offset " + offset + " is not after " + baseOffset);
        }
        dataFiles = List.copyOf(dataFiles);
        deletionVectors = List.copyOf(deletionVectors);
        replacedFiles = List.copyOf(replacedFiles);
    }
}
