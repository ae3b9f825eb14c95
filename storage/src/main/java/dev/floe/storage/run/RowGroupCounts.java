package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.InputFile;
import org.apache.parquet.hadoop.ParquetFileReader;

/**
 * How many row groups there are, and how many a filter leaves out by what.
 *
 * @param byDictionaries of those that statistics don't leave out
 */
public record RowGroupCounts(int total, int byStatistics, int byDictionaries) {
    public static final RowGroupCounts NONE = new RowGroupCounts(0, 0, 0);

    /** Of a file that is read whole. */
    public static RowGroupCounts whole(int total) {
        return new RowGroupCounts(total, 0, 0);
    }

    /**
     * Of a data file that a {@link RunReader} would read with a filter; reads its footer, and dictionaries where
     * statistics don't decide. Throws DATA_UNREADABLE.
     */
    public static RowGroupCounts of(InputFile input, Schema table, Expression filter) {
        try (ParquetFileReader file = ParquetFileReader.open(new ParquetInput(input), ParquetInput.options())) {
            return new RowGroups(file, table, filter).counts();
        } catch (FloeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            String name = input.location().substring(input.location().lastIndexOf('/') + 1);
            throw new FloeException(ErrorCode.DATA_UNREADABLE, "can't read the data file " + name, e);
        }
    }

    public int kept() {
        return total - byStatistics - byDictionaries;
    }

    public RowGroupCounts and(RowGroupCounts more) {
        return new RowGroupCounts(
                total + more.total, byStatistics + more.byStatistics, byDictionaries + more.byDictionaries);
    }

    /** As a reader counts that has no use for dictionaries. */
    public RowGroupCounts byStatisticsOnly() {
        return new RowGroupCounts(total, byStatistics, 0);
    }
}
