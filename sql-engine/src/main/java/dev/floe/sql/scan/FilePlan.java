package dev.floe.sql.scan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.write.BucketFileName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The data files of a snapshot in which rows of interest can be, each with its deletes.
 *
 * <p>Pruning goes from the whole to the part: buckets by file name, partitions and manifests by Iceberg's planning,
 * files by their column bounds. Row groups are left to the reader.
 */
public record FilePlan(Table table, List<FileScanTask> files) {
    public FilePlan {
        files = List.copyOf(files);
    }

    /** {@code buckets} holds those that can have a row of interest, empty for all. */
    public static FilePlan of(TableView view, Expression filter, Set<Integer> buckets) {
        if (view.snapshot() == null) {
            return new FilePlan(view.table(), List.of());
        }
        List<FileScanTask> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = view.table()
                .newScan()
                .useSnapshot(view.snapshot().snapshotId())
                .filter(SnapshotFilter.of(view, filter))
                .planFiles()) {
            for (FileScanTask task : tasks) {
                if (buckets.isEmpty() || mayHold(task.file().location(), buckets)) {
                    files.add(task);
                }
            }
        } catch (UncheckedIOException | IOException e) {
            throw new FloeException(ErrorCode.DATA_UNREADABLE, "can't read the table's manifests", e);
        }
        return new FilePlan(view.table(), files);
    }

    private static boolean mayHold(String location, Set<Integer> buckets) {
        return !BucketFileName.isFloes(location)
                || buckets.stream().anyMatch(bucket -> BucketFileName.isOf(location, bucket));
    }
}
