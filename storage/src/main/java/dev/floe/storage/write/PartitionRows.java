package dev.floe.storage.write;

import dev.floe.storage.memtable.Memtable;
import dev.floe.storage.run.RowSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.StructLike;

/** The live rows of a memtable that share a partition, in their order. */
final class PartitionRows {
    private final StructLike partition;
    private final List<Memtable.Segment> segments = new ArrayList<>();
    private final List<RowSlice> slices = new ArrayList<>();
    private int[] rows = new int[16];
    private int count;

    PartitionRows(StructLike partition) {
        this.partition = partition;
    }

    StructLike partition() {
        return partition;
    }

    /** Slices, each of the segment with the same index. */
    List<RowSlice> slices() {
        return slices;
    }

    List<Memtable.Segment> segments() {
        return segments;
    }

    void add(int row) {
        if (count == rows.length) {
            rows = Arrays.copyOf(rows, count * 2);
        }
        rows[count++] = row;
    }

    /** Ends the rows of one segment. */
    void endSegment(Memtable.Segment segment) {
        if (count > 0) {
            segments.add(segment);
            slices.add(new RowSlice(segment.schema(), segment.batch(), Arrays.copyOf(rows, count)));
            count = 0;
        }
    }
}
