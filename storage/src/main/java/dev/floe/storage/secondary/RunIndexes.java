package dev.floe.storage.secondary;

import dev.floe.storage.column.Vector;
import dev.floe.storage.index.ValueHasher;
import dev.floe.storage.run.RowSlice;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.ValueIndexWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * The secondary indexes of runs while these are written: hashes in the order of the rows, a file after the other.
 *
 * <p>8 bytes a row and index of memory until {@link #write}. For one thread.
 */
public final class RunIndexes {
    private final List<OneIndex> indexes = new ArrayList<>();

    public RunIndexes(List<IndexFields> fields) {
        fields.forEach(each -> indexes.add(new OneIndex(each)));
    }

    /** Takes the rows that are written next. */
    public void add(RowSlice rows) {
        indexes.forEach(index -> index.add(rows));
    }

    /** Writes the indexes of the files that all rows so far went into. */
    public void write(List<DataFile> files, FileIndexes to) {
        indexes.forEach(index -> index.write(files, to));
    }

    private static final class OneIndex {
        private final IndexFields fields;
        private final ValueHasher hasher;
        private long[] hashes = new long[1_024];
        private int rows;

        OneIndex(IndexFields fields) {
            this.fields = fields;
            this.hasher = new ValueHasher(fields.ids());
        }

        void add(RowSlice slice) {
            List<@Nullable Vector> columns = new ArrayList<>();
            fields.ids().forEach(id -> columns.add(slice.column(id)));
            long[] more = hasher.hash(columns, slice.schema(), slice.size());
            if (rows + more.length > hashes.length) {
                hashes = Arrays.copyOf(hashes, Math.max(Math.addExact(rows, more.length), hashes.length * 2));
            }
            System.arraycopy(more, 0, hashes, rows, more.length);
            rows += more.length;
        }

        void write(List<DataFile> files, FileIndexes to) {
            int row = 0;
            for (DataFile file : files) {
                if (file.recordCount() > ValueIndexWriter.ROWS_MAX) {
                    // read by scans; a write of rows does not fail of it
                    row += Math.toIntExact(file.recordCount());
                    continue;
                }
                ValueIndexWriter index = new ValueIndexWriter(fields, file.recordCount());
                for (long position = 0; position < file.recordCount(); position++, row++) {
                    if (hashes[row] != ValueHasher.NONE) {
                        index.add(hashes[row], position);
                    }
                }
                to.write(index, file);
            }
            rows = 0;
        }
    }
}
