package dev.floe.storage.write;

import dev.floe.storage.index.RowLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
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

    private final List<Entry> entries = new ArrayList<>();
    private final Set<Entry> touched = new LinkedHashSet<>();
    private long deadRows;

    private static final class Entry {
        private final String path;
        private final PartitionSpec spec;
        private final StructLike partition;
        private @Nullable PositionDeleteIndex dead;

        Entry(ContentFile<?> file, PartitionSpec spec, @Nullable PositionDeleteIndex dead) {
            this.path = file.location();
            this.spec = spec;
            this.partition = file.partition();
            this.dead = dead;
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
        if (file.recordCount() > RowLocation.POSITION_MAX) {
            throw new IllegalArgumentException("a data file has " + file.recordCount() + " rows");
        }
        entries.add(new Entry(file, spec, dead));
        deadRows += dead == null ? 0 : dead.cardinality();
        return entries.size() - 1 + RowLocation.FIRST_FILE;
    }

    /** Marks a live row as dead. */
    void kill(long location) {
        Entry entry = entries.get(RowLocation.file(location) - RowLocation.FIRST_FILE);
        entry.dead().delete(RowLocation.position(location));
        touched.add(entry);
        deadRows++;
    }

    boolean hasTouched() {
        return !touched.isEmpty();
    }

    int size() {
        return entries.size();
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
                writer.delete(entry.path, entry.dead(), entry.spec, entry.partition);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing deletion vectors", e);
        }
        touched.clear();
        return writer.result().deleteFiles();
    }
}
