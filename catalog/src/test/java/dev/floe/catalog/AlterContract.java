package dev.floe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.ColumnChange.Add;
import dev.floe.catalog.table.ColumnChange.Drop;
import dev.floe.catalog.table.ColumnChange.MakeOptional;
import dev.floe.catalog.table.ColumnChange.Move;
import dev.floe.catalog.table.ColumnChange.Place;
import dev.floe.catalog.table.ColumnChange.Rename;
import dev.floe.catalog.table.ColumnChange.Widen;
import dev.floe.catalog.table.MissingColumns;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.catalog.table.UpsertRules;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes of a table's columns: Floe's schema version and Iceberg's schema are always the same. */
abstract class AlterContract {
    private static final TableName ORDERS = TableName.of("default", "orders");
    private static final Place LAST = new Place.Last();

    @TempDir
    Path folder;

    private Catalog catalog;
    private TableDefinition created;

    /** Settings of a database that is empty when a test begins. */
    abstract CatalogSettings settings();

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(settings());
        created = catalog.tables()
                .create(new TableDeclaration(
                        ORDERS,
                        TableMode.UPSERT,
                        columns(),
                        List.of("id"),
                        4,
                        List.of("day(placed)", "country", "truncate(2, zip)"),
                        BadRowPolicy.REJECT,
                        Map.of()));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void appliesEachChangeToTheResultOfThoseBefore() {
        TableDefinition altered = alter(
                new Rename("total", "net"),
                add("total", Types.DoubleType.get(), new Place.After("net")),
                new Widen("quantity", Types.LongType.get()),
                new MakeOptional("note"),
                new Move("note", new Place.First()),
                new Move("id", LAST),
                new Drop("tags"),
                add("tags", Types.StringType.get(), LAST));

        assertThat(altered.schemaVersion()).isEqualTo(2);
        assertThat(altered.schema().columns().stream().map(AlterContract::shown))
                .containsExactly(
                        "note string",
                        "placed timestamptz required",
                        "country string",
                        "zip string",
                        "quantity long",
                        "net decimal(10, 2)",
                        "total double",
                        "address struct",
                        "id long required",
                        "tags string");
    }

    @Test
    void keepsTheIdsOfColumnsAndGivesNewOnesToNewColumns() {
        TableDefinition altered =
                alter(new Drop("tags"), add("tags", Types.StringType.get(), LAST), new Rename("total", "net"));

        assertThat(id(altered, "net")).isEqualTo(id(created, "total"));
        assertThat(id(altered, "tags")).isGreaterThan(created.schema().highestFieldId());
    }

    @Test
    void changesIcebergsSchemaInTheSameStep() {
        TableDefinition altered = alter(add("source", Types.StringType.get(), new Place.First()));

        assertThat(catalog.tables().iceberg(ORDERS).schema().sameSchema(altered.schema()))
                .isTrue();
        assertThat(catalog.tables().find(ORDERS).orElseThrow().schemaVersion()).isEqualTo(2);
        assertThat(catalog.tables().find(created.id()).orElseThrow().schemaVersion())
                .isEqualTo(2);
    }

    @Test
    void keepsOlderVersions() {
        alter(new Drop("tags"));
        alter(new Drop("note"));

        assertThat(catalog.tables().schemaAt(created.id(), 1).sameSchema(created.schema()))
                .isTrue();
        assertThat(catalog.tables().schemaAt(created.id(), 2).findField("note")).isNotNull();
        assertThat(catalog.tables().schemaAt(created.id(), 3).findField("note")).isNull();
    }

    @Test
    void renamesColumnsWhereTheTableNamesThem() {
        TableDefinition altered = alter(
                new Rename("id", "number"),
                new Rename("placed", "at"),
                new Rename("country", "nation"),
                new Rename("zip", "Zip"));
        catalog.close();
        catalog = SqlCatalog.open(settings());

        TableDefinition found = catalog.tables().find(ORDERS).orElseThrow();
        assertThat(found.key()).containsExactly("number");
        assertThat(found.keyFieldIds()).isEqualTo(created.keyFieldIds());
        assertThat(found.partitionBy()).containsExactly("day(at)", "nation", "truncate(2, Zip)");
        assertThat(found.partitionBy()).isEqualTo(altered.partitionBy());
    }

    @Test
    void changesFieldsOfStructs() {
        TableDefinition altered = alter(
                new Add("address", Types.NestedField.optional(1, "city", Types.StringType.get()), new Place.First()),
                new Widen("address.number", Types.LongType.get()),
                new Rename("address.street", "road"));

        assertThat(altered.schema().findType("address").asStructType().fields().stream()
                        .map(AlterContract::shown))
                .containsExactly("city string", "road string", "number long");
    }

    @Test
    void makesNoVersionWhereNothingChanges() {
        TableDefinition altered = alter(
                new MakeOptional("country"), new Widen("quantity", Types.IntegerType.get()), new Move("tags", LAST));

        assertThat(altered.schemaVersion()).isEqualTo(1);
    }

    @Test
    void refusesAVersionThatIsNotCurrent() {
        alter(new Drop("tags"));

        FloeException error = catchThrowableOfType(
                FloeException.class, () -> catalog.tables().alter(ORDERS, 1, List.of(new Drop("note"))));

        assertThat(error.code()).isEqualTo(ErrorCode.SCHEMA_VERSION_MISMATCH);
        assertThat(catalog.tables().find(ORDERS).orElseThrow().schemaVersion()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("impossible")
    void refusesWhatCannotBeAndLeavesAllAsItWas(ColumnChange change, ErrorCode code, String reason) {
        FloeException error = catchThrowableOfType(FloeException.class, () -> alter(new Drop("tags"), change));

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.message()).contains(reason);
        assertThat(error.fieldPath()).isEqualTo("changes[1]");
        assertThat(catalog.tables().find(ORDERS).orElseThrow().schemaVersion()).isEqualTo(1);
        assertThat(catalog.tables().iceberg(ORDERS).schema().sameSchema(created.schema()))
                .isTrue();
    }

    static Stream<Arguments> impossible() {
        return Stream.of(
                refused(new Drop("id"), "key column"),
                refused(new Widen("id", Types.DecimalType.of(20, 0)), "key column"),
                refused(new MakeOptional("id"), "key column"),
                refused(new Drop("placed"), "partitions"),
                refused(new Drop("country"), "partitions"),
                Arguments.of(new Drop("nothing"), ErrorCode.UNKNOWN_COLUMN, "'nothing'"),
                Arguments.of(new Drop("tags"), ErrorCode.UNKNOWN_COLUMN, "'tags'"),
                Arguments.of(new Move("note", new Place.After("tags")), ErrorCode.UNKNOWN_COLUMN, "'tags'"),
                refused(add("NOTE", Types.StringType.get(), LAST), "taken"),
                refused(new Rename("note", "total"), "taken"),
                refused(add("placed_day", Types.StringType.get(), LAST), "partitions"),
                refused(add("address.street", Types.StringType.get(), LAST), "taken"),
                refused(new Rename("note", "a\u0000b"), "control characters"),
                refused(new Rename("note", "_file"), "Iceberg"),
                refused(new Widen("quantity", Types.StringType.get()), "can't go from int to string"),
                refused(new Widen("quantity", Types.DoubleType.get()), "can't go from int to double"),
                refused(new Widen("total", Types.DecimalType.of(9, 2)), "can't go from"),
                refused(new Widen("total", Types.DecimalType.of(12, 3)), "can't go from"),
                refused(
                        new Add("", Types.NestedField.required(1, "vat", Types.DoubleType.get()), LAST),
                        "the rows there are have no value"),
                refused(new Add("note", Types.NestedField.optional(1, "x", Types.LongType.get()), LAST), "no struct"),
                refused(
                        new Add("", Types.NestedField.optional(1, "empty", Types.StructType.of()), LAST),
                        "at least one field"));
    }

    @Test
    void leavesAllAsItWasWhereItDiesBetweenItsSteps() {
        AtomicBoolean dies = new AtomicBoolean();
        Clock broken = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                if (dies.get()) {
                    throw new IllegalStateException("dies after Iceberg's step, before Floe's");
                }
                return Instant.EPOCH;
            }
        };
        try (Catalog dying = SqlCatalog.open(settings(), broken, Ticker.systemTicker())) {
            dies.set(true);
            assertThatThrownBy(() -> dying.tables().alter(ORDERS, 0, List.of(new Drop("tags"))))
                    .hasMessageContaining("dies after");
        }

        assertThat(catalog.tables().iceberg(ORDERS).schema().sameSchema(created.schema()))
                .isTrue();
        assertThat(alter(new Drop("tags")).schemaVersion()).isEqualTo(2);
    }

    @Test
    void neverLosesACommitOfDataNorAnAlterationBesideIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CountDownLatch start = new CountDownLatch(1);
        int rounds = 8;
        Future<?> data = threads.submit(() -> {
            start.await();
            Table table = catalog.tables().iceberg(ORDERS);
            for (int i = 0; i < rounds; i++) {
                table.newAppend()
                        .appendFile(DataFiles.builder(table.spec())
                                .withPath(table.location() + "/data/" + i + ".parquet")
                                .withFormat(FileFormat.PARQUET)
                                .withFileSizeInBytes(10)
                                .withRecordCount(1)
                                .withPartitionPath("placed_day=2026-01-01/country=x/zip_trunc=x/id_bucket=0")
                                .build())
                        .commit();
            }
            return null;
        });
        List<Future<?>> alterations = new ArrayList<>();
        alterations.add(threads.submit(() -> {
            start.await();
            for (int i = 0; i < rounds; i++) {
                alter(add("extra" + i, Types.LongType.get(), LAST));
            }
            return null;
        }));

        start.countDown();

        data.get();
        for (Future<?> alteration : alterations) {
            alteration.get();
        }
        threads.shutdown();
        Table table = catalog.tables().iceberg(ORDERS);
        assertThat(table.currentSnapshot().summary()).containsEntry("total-records", "" + rounds);
        assertThat(table.schema().columns()).hasSize(columns().size() + rounds);
        assertThat(catalog.tables().find(ORDERS).orElseThrow().schemaVersion()).isEqualTo(1 + rounds);
    }

    @Test
    void keepsTheColumnOfTheVersions() {
        TableName name = TableName.of("default", "versioned");
        catalog.tables()
                .create(new TableDeclaration(
                                name,
                                TableMode.UPSERT,
                                List.of(
                                        Types.NestedField.required(1, "id", Types.LongType.get()),
                                        Types.NestedField.required(2, "at", Types.IntegerType.get())),
                                List.of("id"),
                                1,
                                List.of(),
                                BadRowPolicy.REJECT,
                                Map.of())
                        .withUpserts(new UpsertRules("at", MissingColumns.KEEP)));

        for (ColumnChange change :
                List.of(new Drop("at"), new MakeOptional("at"), new Widen("at", Types.LongType.get()))) {
            FloeException error = catchThrowableOfType(
                    FloeException.class, () -> catalog.tables().alter(name, 0, List.of(change)));
            assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TABLE);
        }
        catalog.tables().alter(name, 0, List.of(new Rename("at", "sequence")));

        TableDefinition found = catalog.tables().findNewest(name).orElseThrow();
        assertThat(found.upserts()).isEqualTo(new UpsertRules("sequence", MissingColumns.KEEP));
        assertThat(found.layout().versionFieldId()).isEqualTo(2);
        assertThat(found.layout().keepsAbsent()).isTrue();
    }

    @Test
    void refusesToBuildOnColumnsThatAnotherProgramChanged() {
        catalog.tables().iceberg(ORDERS).updateSchema().deleteColumn("tags").commit();

        FloeException error = catchThrowableOfType(FloeException.class, () -> alter(new Drop("note")));

        assertThat(error.code()).isEqualTo(ErrorCode.TABLE_CHANGED);
    }

    private TableDefinition alter(ColumnChange... changes) {
        return catalog.tables().alter(ORDERS, 0, List.of(changes));
    }

    private static List<Types.NestedField> columns() {
        return List.of(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.required(2, "placed", Types.TimestampType.withZone()),
                Types.NestedField.optional(3, "country", Types.StringType.get()),
                Types.NestedField.optional(4, "zip", Types.StringType.get()),
                Types.NestedField.optional(5, "quantity", Types.IntegerType.get()),
                Types.NestedField.optional(6, "total", Types.DecimalType.of(10, 2)),
                Types.NestedField.required(7, "note", Types.StringType.get()),
                Types.NestedField.optional(
                        8,
                        "address",
                        Types.StructType.of(
                                Types.NestedField.optional(9, "street", Types.StringType.get()),
                                Types.NestedField.optional(10, "number", Types.IntegerType.get()))),
                Types.NestedField.optional(11, "tags", Types.StringType.get()));
    }

    private static Add add(String name, Type type, Place place) {
        return new Add("", Types.NestedField.optional(1, name, type), place);
    }

    private static Arguments refused(ColumnChange change, String reason) {
        return Arguments.of(change, ErrorCode.INVALID_TABLE, reason);
    }

    private static int id(TableDefinition table, String column) {
        Schema schema = table.schema();
        return schema.findField(column).fieldId();
    }

    private static String shown(Types.NestedField field) {
        String type = field.type().isStructType() ? "struct" : field.type().toString();
        return field.name() + " " + type + (field.isRequired() ? " required" : "");
    }
}
