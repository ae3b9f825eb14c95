package dev.floe.storage.write;

import dev.floe.storage.compact.CompactionTask;
import dev.floe.storage.compact.RunStats;
import dev.floe.storage.index.RowLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.Deletes;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * The data files of a bucket by number, each with the whole of its deletion vector.
 *
 * <p>A vector is kept from the snapshot on and only ever grows, so what is written of it is a superset of what it
 * replaces.
 */
final class BucketFiles {
    /** Bytes a dead row takes in a bitmap, about. */
    private static final int DEAD_ROW_BYTES = 2;

    /** By number; null where a file was replaced. */
    private final List<@Nullable Entry> entries = new ArrayList<>();

    private final Set<Entry> touched = new LinkedHashSet<>();
    private long deadRows;

    private static final class Entry {
        private final DataFile file;
        private final PartitionSpec spec;
        private final long writtenMillis;
        private boolean full;

        /** In {@link BucketFiles#touched}, which is too slow to ask for each row. */
        private boolean touched;

        private @Nullable PositionDeleteIndex dead;

        Entry(DataFile file, PartitionSpec spec, long writtenMillis, @Nullable PositionDeleteIndex dead) {
            this.file = file;
            this.spec = spec;
            this.writtenMillis = writtenMillis;
            this.dead = dead;
        }

        BitSet deadBits() {
            BitSet bits = new BitSet();
            if (dead != null) {
                dead.forEach(position -> bits.set(Math.toIntExact(position)));
            }
            return bits;
        }

        PositionDeleteIndex dead() {
            PositionDeleteIndex positions = dead;
            if (positions == null) {
                positions = Deletes.toPositionIndex(CloseableIterable.empty());
                dead = positions;
            }
            return positions;
        }
    }

    /** Takes a file and returns its number. */
    int add(DataFile file, PartitionSpec spec, @Nullable PositionDeleteIndex dead) {
        return add(file, spec, System.currentTimeMillis(), dead);
    }

    /** Takes a file that was written at a time and returns its number. */
    int add(DataFile file, PartitionSpec spec, long writtenMillis, @Nullable PositionDeleteIndex dead) {
        if (file.recordCount() > RowLocation.POSITION_MAX) {
            throw new IllegalArgumentException("a data file has " + file.recordCount() + " rows");
        }
        entries.add(new Entry(file, spec, writtenMillis, dead));
        deadRows += dead == null ? 0 : dead.cardinality();
        return entries.size() - 1 + RowLocation.FIRST_FILE;
    }

    /** Marks a live row as dead. */
    void kill(long location) {
        Entry entry = entry(RowLocation.file(location));
        entry.dead().delete(RowLocation.position(location));
        if (!entry.touched) {
            entry.touched = true;
            touched.add(entry);
        }
        deadRows++;
    }

    /** Where the file of a number is. */
    String path(int number) {
        return entry(number).file.location();
    }

    /** Notes that a file has reached the size at which the next is begun. */
    void markFull(int number) {
        entry(number).full = true;
    }

    /** The files as compaction sees them. */
    List<RunStats> stats(long nowMillis) {
        List<RunStats> stats = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry != null) {
                String partition = entry.spec.specId() + "/" + entry.spec.partitionToPath(entry.file.partition());
                stats.add(new RunStats(
                        i + RowLocation.FIRST_FILE,
                        partition,
                        entry.file.fileSizeInBytes(),
                        entry.file.recordCount(),
                        entry.dead == null ? 0 : entry.dead.cardinality(),
                        nowMillis - entry.writtenMillis,
                        entry.full));
            }
        }
        return stats;
    }

    /** Pins some files as they are now. */
    CompactionTask pin(int bucket, Schema schema, List<RunStats> runs) {
        return new CompactionTask(
                bucket,
                schema,
                entry(runs.get(0).number()).spec,
                runs.stream()
                        .map(run -> {
                            Entry entry = entry(run.number());
                            return new CompactionTask.Input(run.number(), entry.file, entry.deadBits());
                        })
                        .toList());
    }

    /** Positions of a file that died since it was pinned. */
    BitSet diedSince(CompactionTask.Input pinned) {
        BitSet died = entry(pinned.number()).deadBits();
        died.andNot(pinned.dead());
        return died;
    }

    /** Lets go of a file whose live rows are elsewhere now; its number is not used again. */
    DataFile remove(int number) {
        Entry entry = entry(number);
        entries.set(number - RowLocation.FIRST_FILE, null);
        touched.remove(entry);
        deadRows -= entry.dead == null ? 0 : entry.dead.cardinality();
        return entry.file;
    }

    boolean isDead(long location) {
        PositionDeleteIndex dead = entry(RowLocation.file(location)).dead;
        return dead != null && dead.isDeleted(RowLocation.position(location));
    }

    int size() {
        return (int) entries.stream().filter(Objects::nonNull).count();
    }

    private Entry entry(int number) {
        return Objects.requireNonNull(entries.get(number - RowLocation.FIRST_FILE), "the file was replaced");
    }

    long memoryBytes() {
        return deadRows * DEAD_ROW_BYTES;
    }

    /** Writes the vectors of all files touched since the last time into one file. */
    List<DeleteFile> writeVectors(Supplier<OutputFile> newFile) {
        if (touched.isEmpty()) {
            return List.of();
        }
        BaseDVFileWriter writer = new BaseDVFileWriter(newFile, path -> null);
        try (writer) {
            for (Entry entry : touched) {
                writer.delete(entry.file.location(), entry.dead(), entry.spec, entry.file.partition());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing deletion vectors", e);
        }
        touched.forEach(entry -> entry.touched = false);
        touched.clear();
        return writer.result().deleteFiles();
    }
}
