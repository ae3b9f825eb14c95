package dev.floe.storage.run;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.parquet.ParquetDictionaryRowGroupFilter;
import org.apache.iceberg.parquet.ParquetMetricsRowGroupFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** The row groups of a file in which a filter may hold, by their statistics and dictionaries. */
final class RowGroups {
    private final List<Group> kept = new ArrayList<>();
    private final RowGroupCounts counts;
    private int next;

    /** One row group and the position of its first row in the file. */
    record Group(int index, long firstPosition, long rows) {}

    /** The row groups that hold rows of the positions, which rise. */
    RowGroups(ParquetFileReader file, long[] positions) {
        List<BlockMetaData> blocks = file.getFooter().getBlocks();
        long position = 0;
        int next = 0;
        for (int i = 0; i < blocks.size(); i++) {
            long end = position + blocks.get(i).getRowCount();
            if (next < positions.length && positions[next] < end) {
                kept.add(new Group(i, position, blocks.get(i).getRowCount()));
            }
            while (next < positions.length && positions[next] < end) {
                next++;
            }
            position = end;
        }
        this.counts = RowGroupCounts.whole(blocks.size());
    }

    RowGroups(ParquetFileReader file, Schema table, Expression filter) {
        MessageType schema = file.getFooter().getFileMetaData().getSchema();
        List<BlockMetaData> blocks = file.getFooter().getBlocks();
        boolean all = filter == Expressions.alwaysTrue();
        ParquetMetricsRowGroupFilter statistics = new ParquetMetricsRowGroupFilter(table, filter);
        ParquetDictionaryRowGroupFilter dictionaries = new ParquetDictionaryRowGroupFilter(table, filter);
        long position = 0;
        int byStatistics = 0;
        int byDictionaries = 0;
        for (int i = 0; i < blocks.size(); i++) {
            BlockMetaData block = blocks.get(i);
            if (!all && !statistics.shouldRead(schema, block)) {
                byStatistics++;
            } else if (!all && !dictionaries.shouldRead(schema, block, file.getDictionaryReader(block))) {
                byDictionaries++;
            } else {
                kept.add(new Group(i, position, block.getRowCount()));
            }
            position += block.getRowCount();
        }
        this.counts = new RowGroupCounts(blocks.size(), byStatistics, byDictionaries);
    }

    RowGroupCounts counts() {
        return counts;
    }

    @Nullable
    Group next() {
        return next < kept.size() ? kept.get(next++) : null;
    }
}
