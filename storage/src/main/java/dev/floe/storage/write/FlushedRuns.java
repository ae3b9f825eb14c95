package dev.floe.storage.write;

import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.keys.KeyTable;
import dev.floe.storage.run.RowSlice;
import dev.floe.storage.sidecar.SidecarWriter;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.jspecify.annotations.Nullable;

/**
 * Puts the files that a memtable's rows went into in the place of these rows.
 *
 * <p>Afterwards the index has each row at its file and position, and each file of a keyed table has its sidecar.
 */
record FlushedRuns(BucketFiles files, BucketKeys keys, List<Integer> keyFieldIds) {
    void install(PartitionRows rows, List<DataFile> written, PartitionSpec spec) {
        if (keyFieldIds.isEmpty()) {
            written.forEach(file -> files.add(file, spec, null));
            return;
        }
        int next = 0;
        int number = 0;
        long position = 0;
        long left = 0;
        SidecarWriter sidecar = new SidecarWriter(keyFieldIds, 0);
        for (int s = 0; s < rows.slices().size(); s++) {
            KeyHashes hashes = requireHashes(rows.segments().get(s).hashes());
            RowSlice slice = rows.slices().get(s);
            for (int i = 0; i < slice.size(); i++) {
                if (i % KeyTable.EXPECTED_ROWS == 0) {
                    expect(hashes, slice, i);
                }
                if (left == 0) {
                    DataFile file = written.get(next++);
                    number = files.add(file, spec, null);
                    position = 0;
                    left = file.recordCount();
                    sidecar = new SidecarWriter(keyFieldIds, left);
                }
                int row = slice.row(i);
                keys.move(hashes.high(row), hashes.low(row), RowLocation.of(number, position));
                sidecar.add(hashes.high(row), hashes.low(row), position);
                position++;
                if (--left == 0) {
                    keys.addFile(number, written.get(next - 1), sidecar);
                }
            }
        }
    }

    /** Rows of a slice rise; those between them cost little. */
    private void expect(KeyHashes hashes, RowSlice slice, int next) {
        int last = Math.min(slice.size(), next + KeyTable.EXPECTED_ROWS) - 1;
        keys.expect(hashes, slice.row(next), slice.row(last) + 1);
    }

    private static KeyHashes requireHashes(@Nullable KeyHashes hashes) {
        if (hashes == null) {
            throw new IllegalStateException("a batch of a keyed table has no hashes");
        }
        return hashes;
    }
}
