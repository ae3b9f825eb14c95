package dev.floe.storage.compact;

import dev.floe.storage.index.KeyHashes;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * What became of a compaction's runs.
 *
 * @param outputs the new files, none where every row was dead
 * @param moved per input and position the row's number over all outputs, -1 where it was dead
 * @param keys of the rows of all outputs, in order; null where the table has no key
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record CompactedRuns(
        CompactionTask task,
        List<DataFile> outputs,
        int[][] moved,
        @Nullable KeyHashes keys) {
    public CompactedRuns {
        outputs = List.copyOf(outputs);
    }

    public long bytes() {
        return outputs.stream().mapToLong(DataFile::fileSizeInBytes).sum();
    }

    public long rows() {
        return outputs.stream().mapToLong(DataFile::recordCount).sum();
    }
}
