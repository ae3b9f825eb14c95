package dev.floe.storage.write;

import dev.floe.storage.memtable.Memtable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;

/** Splits the live rows of a memtable by partition. */
final class PartitionSplitter {
    private final PartitionSpec spec;
    private final Schema schema;
    private final boolean single;

    /** @param bucketOnly the bucket alone makes the partition, so that all rows share it */
    PartitionSplitter(PartitionSpec spec, Schema schema, boolean bucketOnly) {
        this.spec = spec;
        this.schema = schema;
        this.single = bucketOnly || spec.isUnpartitioned();
    }

    Collection<PartitionRows> split(Memtable memtable) {
        Map<StructLike, PartitionRows> partitions = new LinkedHashMap<>();
        for (Memtable.Segment segment : memtable.segments()) {
            split(segment, memtable, partitions);
            partitions.values().forEach(rows -> rows.endSegment(segment));
        }
        return List.copyOf(partitions.values());
    }

    private void split(Memtable.Segment segment, Memtable memtable, Map<StructLike, PartitionRows> partitions) {
        VectorRow row = new VectorRow(schema.asStruct(), segment);
        PartitionKey key = new PartitionKey(spec, schema);
        PartitionRows current =
                single && !partitions.isEmpty() ? partitions.values().iterator().next() : null;
        for (int r = 0; r < segment.batch().rowCount(); r++) {
            if (memtable.isDead(segment.base() + r)) {
                continue;
            }
            if (current == null || !single) {
                key.partition(row.at(r));
                current = partitions.get(key);
                if (current == null) {
                    PartitionKey kept = key.copy();
                    current = new PartitionRows(kept);
                    partitions.put(kept, current);
                }
            }
            current.add(r);
        }
    }
}
