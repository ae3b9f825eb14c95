package dev.floe.storage.compact;

import java.util.BitSet;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;

/**
 * Runs of one bucket and partition to be merged, as they are at one moment: the pinned view.
 *
 * @param schema of the files to be written
 * @param spec of the runs' partition
 */
public record CompactionTask(int bucket, Schema schema, PartitionSpec spec, List<Input> inputs) {
    public CompactionTask {
        inputs = List.copyOf(inputs);
    }

    /** A run with the rows that are dead in the pinned view; nothing else may write to the bits. */
    public record Input(int number, DataFile file, BitSet dead) {}

    public long bytes() {
        return inputs.stream()
                .mapToLong(input -> input.file().fileSizeInBytes())
                .sum();
    }

    public long liveRows() {
        return inputs.stream()
                .mapToLong(input -> input.file().recordCount() - input.dead().cardinality())
                .sum();
    }
}
