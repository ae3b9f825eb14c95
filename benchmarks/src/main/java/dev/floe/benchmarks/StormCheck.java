package dev.floe.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** What Iceberg's own catalog client and generic reader see of a storm's table. */
final class StormCheck {
    private static final LocalDateTime EPOCH = LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

    private StormCheck() {}

    /** Live data files in the bucket that has most of them. */
    static int filesOfFullestBucket(Path data, String table) throws IOException {
        return FloeTables.read(data, table, loaded -> {
            Map<String, Integer> files = new HashMap<>();
            try (CloseableIterable<FileScanTask> tasks = loaded.newScan().planFiles()) {
                tasks.forEach(task -> files.merge(String.valueOf(task.partition()), 1, Integer::sum));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return files.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        });
    }

    /** True where the table has the model's rows, each once, and no other; says on standard output what it found. */
    static boolean equalsModel(Path data, String table, StormRows model) throws IOException {
        return FloeTables.read(data, table, loaded -> {
            long found = 0;
            long wrong = 0;
            long doubled = 0;
            BitSet seen = new BitSet();
            try (CloseableIterable<Record> records =
                    IcebergGenerics.read(loaded).select("entity_id", "ts").build()) {
                for (Record row : records) {
                    long key = (Long) row.getField("entity_id");
                    long time = ChronoUnit.MICROS.between(EPOCH, (LocalDateTime) row.getField("ts"));
                    found++;
                    wrong += model.expected(key) == time ? 0 : 1;
                    doubled += seen.get((int) key) ? 1 : 0;
                    seen.set((int) key);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            long expected = model.liveKeys();
            System.out.printf(
                    "Iceberg's reader found %,d rows, the model has %,d; wrong %,d, doubled %,d, missing %,d%n",
                    found, expected, wrong, doubled, expected - (seen.cardinality() - wrong));
            return found == expected && wrong == 0 && doubled == 0;
        });
    }
}
