package dev.floe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.ColumnChange.AddIndex;
import dev.floe.catalog.table.ColumnChange.Drop;
import dev.floe.catalog.table.ColumnChange.DropIndex;
import dev.floe.catalog.table.ColumnChange.Rename;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.IndexOrder;
import dev.floe.catalog.table.IndexProgress;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableDifference;
import dev.floe.catalog.table.TableIndex;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.storage.sidecar.IndexFields;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Secondary indexes stay with their columns, and what is asked of files is what tables declare. */
abstract class IndexesContract {
    private static final TableName ROUTES = TableName.of("default", "routes");
    private static final DeclaredIndex BY_SEEN = new DeclaredIndex("by_seen", List.of("seen"));
    private static final DeclaredIndex BY_BOTH = new DeclaredIndex("by_both", List.of("destination", "seen"));
    private static final IndexFields SEEN = IndexFields.of(3);
    private static final IndexFields BOTH = IndexFields.of(2, 3);

    @TempDir
    Path folder;

    private Catalog catalog;
    private TableDefinition table;

    /** Settings of a database that is empty when a test begins. */
    abstract CatalogSettings settings();

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(settings());
        table = catalog.tables().create(DeclaredTables.routes().withIndexes(List.of(BY_SEEN)));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    private TableDefinition alter(ColumnChange... changes) {
        return catalog.tables().alter(ROUTES, 0, List.of(changes));
    }

    private IndexOrder inForce(IndexFields fields) {
        return new IndexOrder(table.id(), fields, Optional.empty());
    }

    @Test
    void indexesOutliveRestartsAndRenames() {
        assertThat(table.indexes()).containsExactly(new TableIndex("by_seen", SEEN));
        TableDefinition altered = alter(new AddIndex(BY_BOTH), new Rename("seen", "at"));
        catalog.close();
        catalog = SqlCatalog.open(settings());

        TableDefinition found = catalog.tables().find(ROUTES).orElseThrow();
        assertThat(found.indexes()).isEqualTo(altered.indexes()).hasSize(2);
        assertThat(found.indexes().get(1).columns(found.schema())).containsExactly("destination", "at");
        assertThat(found.indexFields()).containsExactly(SEEN, BOTH);
    }

    @Test
    void indexesAreNoSchemaVersion() {
        TableDefinition altered = alter(new AddIndex(BY_BOTH), new DropIndex("by_seen"));

        assertThat(altered.schemaVersion()).isEqualTo(1);
        assertThat(catalog.tables().find(ROUTES).orElseThrow().indexFields()).containsExactly(BOTH);
    }

    @Test
    void ordersNameWhatIsDeclaredAndWhatWasDropped() {
        assertThat(catalog.indexes().orders()).containsExactly(inForce(SEEN));
        alter(new AddIndex(BY_BOTH));
        assertThat(catalog.indexes().orders()).containsExactly(inForce(BOTH), inForce(SEEN));

        alter(new DropIndex("by_seen"));
        IndexOrder dropped = catalog.indexes().orders().get(1);
        assertThat(dropped.fields()).isEqualTo(SEEN);
        Instant at = dropped.droppedAt().orElseThrow();

        catalog.indexes().removed(table.id(), SEEN, at.plusSeconds(1));
        assertThat(catalog.indexes().orders()).contains(dropped);
        catalog.indexes().removed(table.id(), SEEN, at);
        assertThat(catalog.indexes().orders()).containsExactly(inForce(BOTH));
    }

    @Test
    void anIndexThatIsDeclaredAgainIsNotRemoved() {
        alter(new DropIndex("by_seen"));
        Instant at = catalog.indexes().orders().get(0).droppedAt().orElseThrow();
        alter(new AddIndex(new DeclaredIndex("again", List.of("seen"))));

        catalog.indexes().removed(table.id(), SEEN, at);

        assertThat(catalog.indexes().orders()).containsExactly(inForce(SEEN));
    }

    @Test
    void progressIsWhatWasReportedOfIndexesInForce() {
        assertThat(catalog.indexes().progress(table.id()))
                .containsExactly(new IndexProgress(SEEN, IndexProgress.UNKNOWN, 0, ""));
        IndexProgress half = new IndexProgress(SEEN, 4, 2, "DATA_UNREADABLE: gone");
        catalog.indexes().report(table.id(), half);
        catalog.indexes().report(table.id(), new IndexProgress(BOTH, 4, 4, ""));

        assertThat(catalog.indexes().progress(table.id())).containsExactly(half);
        alter(new DropIndex("by_seen"));
        assertThat(catalog.indexes().progress(table.id())).isEmpty();
    }

    @Test
    void aDroppedTableTakesItsIndexesAlong() {
        catalog.tables().drop(ROUTES);

        assertThat(catalog.indexes().orders()).isEmpty();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("impossible")
    void refusesWhatCannotBeAndLeavesAllAsItWas(List<ColumnChange> changes, String reason) {
        FloeException error =
                catchThrowableOfType(FloeException.class, () -> catalog.tables().alter(ROUTES, 0, changes));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TABLE);
        assertThat(error.message()).contains(reason);
        assertThat(catalog.tables().find(ROUTES).orElseThrow().indexFields()).containsExactly(SEEN);
        assertThat(catalog.indexes().orders()).containsExactly(inForce(SEEN));
    }

    static Stream<Arguments> impossible() {
        return Stream.of(
                refused("is no column", add("x", "nothing")),
                refused("can't be indexed", add("x", "tags")),
                refused("has a column twice", add("x", "origin", "origin")),
                refused("has 0 columns", add("x")),
                refused("an index by_seen already", add("by_seen", "origin")),
                refused("is of the same columns", add("x", "seen")),
                refused("is of the same columns", add("x", "origin", "seen"), add("y", "seen", "origin")),
                refused("won't do", add("By Seen", "origin")),
                refused("has no index", new DropIndex("by_both")),
                refused("the index by_seen is of it", new Drop("seen")));
    }

    @Test
    void aTableHasAtMost16Indexes() {
        List<Types.NestedField> columns = IntStream.rangeClosed(1, 17)
                .mapToObj(id -> Types.NestedField.optional(id, "c" + id, Types.LongType.get()))
                .toList();
        TableDeclaration wide = new TableDeclaration(
                        TableName.of("default", "wide"),
                        TableMode.APPEND,
                        columns,
                        List.of(),
                        0,
                        List.of(),
                        BadRowPolicy.REJECT,
                        Map.of())
                .withIndexes(columns.stream()
                        .map(column -> new DeclaredIndex("by_" + column.name(), List.of(column.name())))
                        .toList());

        FloeException error =
                catchThrowableOfType(FloeException.class, () -> catalog.tables().create(wide));

        assertThat(error.message()).contains("at most 16 indexes");
        assertThat(error.fieldPath()).isEqualTo("indexes[16]");
        assertThat(catalog.tables()
                        .create(wide.withIndexes(wide.indexes().subList(0, 16)))
                        .indexes())
                .hasSize(16);
    }

    private static Arguments refused(String reason, ColumnChange... changes) {
        return Arguments.of(List.of(changes), reason);
    }

    private static AddIndex add(String name, String... columns) {
        return new AddIndex(new DeclaredIndex(name, List.of(columns)));
    }

    @Test
    void aColumnGoesWithItsIndexInOneCall() {
        assertThat(alter(new DropIndex("by_seen"), new Drop("seen")).indexes()).isEmpty();
    }

    @Test
    void aDeclarationAddsAndDropsIndexesOfNewColumnsToo() {
        TableDeclaration wanted = DeclaredTables.routes().withIndexes(List.of(BY_BOTH));
        List<ColumnChange> changes = TableDifference.between(table, wanted, false);

        assertThat(changes).containsExactly(new DropIndex("by_seen"), new AddIndex(BY_BOTH));
        TableDefinition altered = alter(changes.toArray(ColumnChange[]::new));
        assertThat(TableDifference.between(altered, wanted, false)).isEmpty();
    }
}
