package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.scan.FilePlan;
import dev.floe.sql.scan.LiveFile;
import dev.floe.sql.scan.TableView;
import dev.floe.sql.scan.TableViews;
import dev.floe.storage.column.RowOperation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a query opens of a snapshot's metadata, and that files made by deltas are those of the manifests. */
class SnapshotCostTest {
    @TempDir
    Path folder;

    private EngineFixture fixture;
    private TableDefinition table;
    private CountedTables tables;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        table = fixture.create(
                "default",
                "t",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "v", Types.IntegerType.get()));
        tables = new CountedTables(fixture.catalog.tables());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void upsert(long first, long end) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (long id = first; id < end; id++) {
            rows.add(List.of(id, 1));
        }
        fixture.upsert(table, rows);
    }

    private TableView at(TableViews views) {
        return views.at(table, new ReadCut.Committed(), Duration.ZERO, new AtomicBoolean());
    }

    private List<LiveFile> planned(TableViews views) {
        TableView view = at(views);
        FilePlan plan = FilePlan.of(view, Expressions.greaterThan("id", -1L), Set.of());
        plan.files().forEach(view::dead);
        return plan.files();
    }

    @Test
    void aSecondQueryAtASnapshotOpensNothing() {
        upsert(0, 100);
        upsert(50, 150);
        TableViews views = new TableViews(tables);
        assertThat(planned(views)).hasSize(8);
        assertThat(tables.opened(".avro")).isPositive();
        assertThat(tables.opened(".puffin")).isPositive();
        planned(views);
        assertThat(tables.opened()).isEmpty();
    }

    @Test
    void aNewSnapshotCostsItsOwnManifestsOnly() {
        for (long commit = 0; commit < 10; commit++) {
            upsert(commit * 100, commit * 100 + 100);
        }
        TableViews views = new TableViews(tables);
        planned(views);
        tables.opened(".avro");
        upsert(0, 50);
        planned(views);
        // its list, its data files, its deletion vectors
        assertThat(tables.opened(".avro")).isLessThanOrEqualTo(3);
    }

    @Test
    void filesByDeltasAreThoseOfTheManifests() {
        SplittableRandom random = new SplittableRandom(3);
        TableViews views = new TableViews(tables);
        for (int commit = 0; commit < 12; commit++) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                rows.add(List.of((long) random.nextInt(60), commit));
            }
            fixture.write(table, commit % 4 == 3 ? RowOperation.DELETE : RowOperation.UPSERT, rows);
            assertThat(described(at(views))).isEqualTo(described(at(new TableViews(tables))));
        }
    }

    private static Map<String, String> described(TableView view) {
        Map<String, String> files = new TreeMap<>();
        for (LiveFile file : view.files().all()) {
            files.put(
                    file.location(),
                    file.file().recordCount() + " " + file.file().lowerBounds().get(1) + " "
                            + file.deletes().stream()
                                    .map(delete -> delete.location() + "@" + delete.contentOffset())
                                    .toList());
        }
        return files;
    }
}
