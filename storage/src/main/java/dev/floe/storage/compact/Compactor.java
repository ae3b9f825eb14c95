package dev.floe.storage.compact;

import dev.floe.core.fault.FaultPoint;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.run.RowSlice;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.run.RunSettings;
import dev.floe.storage.run.RunWriter;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.secondary.RunIndexes;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.SidecarWriter;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Merges runs: reads the rows that live in the pinned view and writes them into new files, in the order of the runs.
 *
 * <p>Invariant: every row that lives in the view is in exactly one output, at the number that {@code moved} has for its
 * old position; no other row is. Rows pass through in batches, so that memory is bounded by a batch, the outputs' key
 * hashes (16 bytes a row), {@code moved} (4 bytes a row) and the hashes of secondary indexes (8 bytes a row each).
 * Changes nothing but its own new files: a compaction that fails, or is given up, leaves files that no snapshot names.
 */
public final class Compactor {
    private static final int BATCH_ROWS = 8_192;

    private final Table table;
    private final List<Integer> keyFieldIds;
    private final RunSettings settings;
    private final List<IndexFields> indexes;
    private final BooleanSupplier cancelled;

    /**
     * Merges runs of a table with this key, none where it is empty, and these secondary indexes.
     *
     * <p>{@code cancelled} is asked between batches; once true the merge throws CancellationException.
     */
    public Compactor(
            Table table,
            List<Integer> keyFieldIds,
            List<IndexFields> indexes,
            RunSettings settings,
            BooleanSupplier cancelled) {
        this.table = table;
        this.keyFieldIds = List.copyOf(keyFieldIds);
        this.indexes = List.copyOf(indexes);
        this.settings = settings;
        this.cancelled = cancelled;
    }

    /** Throws DATA_UNREADABLE or STORAGE_UNAVAILABLE. */
    public CompactedRuns merge(CompactionTask task, Supplier<String> fileNames) {
        FaultPoint.reached("compact.before-write");
        StructLike partition = task.inputs().get(0).file().partition();
        int rows = Math.toIntExact(task.liveRows());
        try (LiveRows live = new LiveRows(task, rows)) {
            RunWriter writer = new RunWriter(table, task.spec(), task.schema(), settings, fileNames);
            List<DataFile> outputs = writer.write(() -> live, partition, rowBytes(task));
            if (live.moved != rows) {
                throw new IllegalStateException("a compaction of " + rows + " rows moved " + live.moved);
            }
            writeSidecars(outputs, live.keys);
            live.runIndexes.write(outputs, new FileIndexes(table.name(), table.io()));
            FaultPoint.reached("compact.before-install");
            return new CompactedRuns(task, outputs, live.positions, live.keys);
        }
    }

    private void writeSidecars(List<DataFile> outputs, @Nullable KeyHashes keys) {
        if (keys == null) {
            return;
        }
        int row = 0;
        for (DataFile output : outputs) {
            SidecarWriter sidecar = new SidecarWriter(keyFieldIds, output.recordCount());
            for (long position = 0; position < output.recordCount(); position++, row++) {
                sidecar.add(keys.high(row), keys.low(row), position);
            }
            sidecar.write(table.io(), output);
        }
    }

    /** Rows in memory take about three times what they take in a file. */
    private static int rowBytes(CompactionTask task) {
        long rows = task.inputs().stream()
                .mapToLong(input -> input.file().recordCount())
                .sum();
        return (int) Math.min(1 << 20, 3 * task.bytes() / Math.max(1, rows) + 1);
    }

    /** The live rows of a task's runs, slice by slice; notes where each goes. */
    private final class LiveRows implements Iterator<RowSlice>, AutoCloseable {
        private final CompactionTask task;
        private final int[][] positions;
        private final @Nullable KeyHashes keys;
        private final KeyHasher hasher = new KeyHasher(keyFieldIds);
        private final RunIndexes runIndexes = new RunIndexes(indexes);
        private final List<Type> keyTypes;
        private @Nullable RunReader reader;
        private @Nullable RowSlice next;
        private int input = -1;
        private int position;
        private int moved;

        LiveRows(CompactionTask task, int rows) {
            this.task = task;
            this.positions = new int[task.inputs().size()][];
            this.keys = keyFieldIds.isEmpty() ? null : new KeyHashes(rows);
            this.keyTypes =
                    keyFieldIds.stream().map(id -> task.schema().findType(id)).toList();
        }

        @Override
        public boolean hasNext() {
            while (next == null && input < positions.length) {
                ColumnBatch batch = reader == null ? null : reader.next(BATCH_ROWS);
                if (batch == null) {
                    openNext();
                } else {
                    next = take(batch);
                }
            }
            return next != null;
        }

        @Override
        public RowSlice next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            RowSlice slice = next;
            next = null;
            return slice;
        }

        @Override
        public void close() {
            if (reader != null) {
                reader.close();
                reader = null;
            }
        }

        private void openNext() {
            close();
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("the compaction was given up");
            }
            if (++input < positions.length) {
                DataFile file = task.inputs().get(input).file();
                positions[input] = new int[Math.toIntExact(file.recordCount())];
                Arrays.fill(positions[input], -1);
                position = 0;
                reader = new RunReader(
                        table.io().newInputFile(file), task.schema(), task.schema(), Expressions.alwaysTrue(), null);
            }
        }

        private RowSlice take(ColumnBatch batch) {
            FaultPoint.reached("compact.mid");
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("the compaction was given up");
            }
            BitSet dead = task.inputs().get(input).dead();
            KeyHashes hashes = keys == null ? null : hasher.hash(batch, keyTypes);
            int[] live = new int[batch.rowCount()];
            int count = 0;
            for (int row = 0; row < live.length; row++, position++) {
                if (dead.get(position)) {
                    continue;
                }
                positions[input][position] = moved;
                if (keys != null && hashes != null) {
                    keys.set(moved, hashes.high(row), hashes.low(row));
                }
                moved++;
                live[count++] = row;
            }
            RowSlice slice = new RowSlice(task.schema(), batch, Arrays.copyOf(live, count));
            runIndexes.add(slice);
            return slice;
        }
    }
}
