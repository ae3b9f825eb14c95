package dev.floe.sql.scan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;

/**
 * A data file that lives in a snapshot, with its deletes: none, or one deletion vector where Floe wrote it.
 *
 * @param rowGroups 1 where the file's metadata doesn't say
 */
public record LiveFile(DataFile file, List<DeleteFile> deletes, int rowGroups) {
    public LiveFile {
        deletes = List.copyOf(deletes);
    }

    LiveFile(DataFile file, List<DeleteFile> deletes) {
        this(file, deletes, rowGroups(file));
    }

    public String location() {
        return file.location();
    }

    /** Rows that the deletes say are dead; 0 where they don't say. */
    public long deadRows() {
        return deletes.stream()
                .filter(delete -> delete.content() == FileContent.POSITION_DELETES)
                .mapToLong(DeleteFile::recordCount)
                .sum();
    }

    long liveRows() {
        return file.recordCount() - Math.min(file.recordCount(), deadRows());
    }

    private static int rowGroups(DataFile file) {
        List<Long> begins = file.splitOffsets();
        return begins == null ? 1 : begins.size();
    }

    /** Throws TABLE_CHANGED where a delete names rows by their values. */
    void requirePositions() {
        if (deletes.stream().anyMatch(delete -> delete.content() == FileContent.EQUALITY_DELETES)) {
            throw new FloeException(ErrorCode.TABLE_CHANGED, "the table has equality deletes, which Floe never writes")
                    .advise("only Floe may write rows of a keyed table: roll it back to a snapshot of Floe's");
        }
    }
}
