package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EXPLAIN says how many row groups of the kept files a scan reads, and what leaves out the others. */
class ExplainedRowGroupsTest {
    private static final int ROWS = 20_000;
    private static final Pattern FIGURES =
            Pattern.compile("row groups in kept files (\\d+), kept (\\d+), left out by statistics (\\d+)"
                    + "(?:, by dictionaries (\\d+))?;");

    @TempDir
    Path folder;

    private EngineFixture fixture;

    /** One file of many row groups: ids rise over them, and each has both colours, between which there is another. */
    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        TableDefinition table = fixture.create(
                "default",
                "t",
                List.of(),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "colour", Types.StringType.get()));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (long id = 0; id < ROWS; id++) {
            rows.add(List.of(id, id % 2 == 0 ? "amber" : "white"));
        }
        ColumnBatch batch = EngineFixture.batch(table, RowOperation.APPEND, rows);
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        WriterSettings small = new WriterSettings(64 << 20, 512 << 20, 4_000, 100, 1);
        long epoch = fixture.catalog.nextEpoch();
        try (BucketWriter writer = BucketWriter.open(iceberg, table.layout(), 0, epoch, small)) {
            writer.write(0, table.schema(), batch);
            List<BucketChanges> changes = writer.flush(epoch).stream().toList();
            TableCommitter.commit(
                    iceberg, table.layout(), changes, new CommitId(fixture.catalog.sinkId(), epoch, epoch));
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Total, kept, left out by statistics and by dictionaries, the last only of scans row by row. */
    private List<Integer> figures(CalciteQueryEngine engine, String sql, @Nullable Object... parameters) {
        String text = EngineFixture.select(engine, EngineFixture.READER, "EXPLAIN PLAN FOR " + sql, parameters).stream()
                .map(row -> String.valueOf(row.get(0)))
                .collect(Collectors.joining("\n"));
        Matcher matcher = FIGURES.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        List<Integer> figures = new ArrayList<>();
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                figures.add(Integer.valueOf(matcher.group(group)));
            }
        }
        return figures;
    }

    @Test
    void withoutAConditionAllAreKept() {
        List<Integer> all = figures(fixture.engine, "SELECT MAX(id) FROM t");
        assertThat(all.get(0)).isGreaterThan(10);
        assertThat(all).isEqualTo(List.of(all.get(0), all.get(0), 0));
        assertThat(figures(fixture.reference, "SELECT MAX(id) FROM t"))
                .isEqualTo(List.of(all.get(0), all.get(0), 0, 0));
    }

    @Test
    void statisticsLeaveOutWhatIsBeyondTheValues() {
        int total = figures(fixture.engine, "SELECT MAX(id) FROM t").get(0);
        assertThat(figures(fixture.engine, "SELECT colour FROM t WHERE id = ?", 5L))
                .isEqualTo(List.of(total, 1, total - 1));
        assertThat(figures(fixture.reference, "SELECT colour FROM t WHERE id = ?", 5L))
                .isEqualTo(List.of(total, 1, total - 1, 0));
        List<Integer> half = figures(fixture.engine, "SELECT colour FROM t WHERE id >= " + ROWS / 2);
        assertThat(half.get(1)).isBetween(total / 2 - 1, total / 2 + 2);
    }

    @Test
    void dictionariesLeaveOutWhatIsBetweenTheValues() {
        int total = figures(fixture.engine, "SELECT MAX(id) FROM t").get(0);
        String between = "SELECT id FROM t WHERE colour = 'green'";
        assertThat(figures(fixture.reference, between)).isEqualTo(List.of(total, 0, 0, total));
        assertThat(figures(fixture.engine, between)).isEqualTo(List.of(total, total, 0));
    }
}
