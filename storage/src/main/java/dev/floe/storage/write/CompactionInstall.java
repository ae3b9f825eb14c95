package dev.floe.storage.write;

import dev.floe.core.fault.FaultPoint;
import dev.floe.storage.compact.CompactedRuns;
import dev.floe.storage.compact.CompactionTask;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.keys.KeyTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.iceberg.DataFile;

/**
 * Puts merged runs in the place of those they were made of.
 *
 * <p>Invariant: afterwards a row of the outputs is live where the row it was made of was live before, and the index has
 * each live row at its new place. Rows that died since the view was pinned are found by comparing the vectors then and
 * now, and die in the outputs. An output that has another after it is full, and is merged no further for its size. All
 * of the index is repointed at once, so that the mapping can go.
 */
record CompactionInstall(BucketFiles files, BucketKeys index) {
    /** Returns the files that are replaced. */
    List<DataFile> install(CompactedRuns runs) {
        BitSet died = new BitSet();
        List<DataFile> replaced = new ArrayList<>();
        for (int i = 0; i < runs.task().inputs().size(); i++) {
            CompactionTask.Input input = runs.task().inputs().get(i);
            int[] moved = runs.moved()[i];
            files.diedSince(input).stream().forEach(position -> died.set(moved[position]));
            index.removeFile(input.number());
            replaced.add(files.remove(input.number()));
        }
        KeyHashes keys = runs.keys();
        int row = 0;
        int made = 0;
        for (DataFile output : runs.outputs()) {
            int number = files.add(output, runs.task().spec(), null);
            if (++made < runs.outputs().size()) {
                files.markFull(number);
            }
            for (long position = 0; position < output.recordCount(); position++, row++) {
                if (keys != null && position % KeyTable.EXPECTED_ROWS == 0) {
                    int left = (int) Math.min(KeyTable.EXPECTED_ROWS, output.recordCount() - position);
                    index.expect(keys, row, row + left);
                }
                long location = RowLocation.of(number, position);
                if (died.get(row)) {
                    files.kill(location);
                } else if (keys != null) {
                    index.move(keys.high(row), keys.low(row), location);
                }
            }
            if (keys != null) {
                index.addFile(number, output.copyWithoutStats());
            }
        }
        FaultPoint.reached("writer.at-install");
        return replaced;
    }
}
