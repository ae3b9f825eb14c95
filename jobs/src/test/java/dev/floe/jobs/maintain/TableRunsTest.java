package dev.floe.jobs.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.MaintenanceRun;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.settings.Secret;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.maintain.MaintenanceSettings;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of a real catalog, maintained an hour after they were written. */
class TableRunsTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final Instant now = Instant.now().plus(Duration.ofHours(1));

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private Catalog catalog;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TableRuns runs;

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString()));
        runs = new TableRuns(
                catalog,
                new MaintenanceSettings(Duration.ofMinutes(30), 1, 500, 50, DAY),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void aTableThatCannotBeMaintainedIsItsOwnTroubleOnly() throws Exception {
        TableDefinition broken = table("broken", Map.of());
        TableDefinition sound = table("sound", Map.of());
        write(broken, 3);
        write(sound, 3);
        Files.delete(Path.of(catalog.tables()
                .iceberg(broken.name())
                .currentSnapshot()
                .manifestListLocation()
                .replaceFirst("^file:", "")));

        MaintenanceRun failed = runs.run(due(broken, 0, false)).orElseThrow();
        MaintenanceRun done = runs.run(due(sound, 0, false)).orElseThrow();

        assertThat(failed.error()).isNotEmpty();
        assertThat(done.error()).isEmpty();
        assertThat(done.figures().snapshotsExpired()).isEqualTo(2);
        assertThat(snapshots(sound)).isEqualTo(1);
        assertThat(catalog.maintenance()
                        .state(broken.id())
                        .byItself()
                        .orElseThrow()
                        .error())
                .isEqualTo(failed.error());
        assertThat(catalog.maintenance().orders())
                .allMatch(order -> order.ranAt().equals(micros(now)));
    }

    @Test
    void aTablesPropertiesGoBeforeTheServersSettings() {
        TableDefinition kept = table("kept", Map.of("history.expire.min-snapshots-to-keep", "3"));
        write(kept, 4);

        assertThat(runs.run(due(kept, 0, false)).orElseThrow().figures().snapshotsExpired())
                .isEqualTo(1);
        assertThat(snapshots(kept)).isEqualTo(3);
    }

    @Test
    void suspendedAndDroppedTablesAreLeftAlone() {
        TableDefinition suspended = table("suspended", Map.of());
        write(suspended, 3);
        catalog.suspensions().suspend(suspended.id(), 0, new FloeException(ErrorCode.RETENTION_GAP, "gone"));

        assertThat(runs.run(due(suspended, 0, true)).orElseThrow().error()).contains("TABLE_SUSPENDED");
        assertThat(snapshots(suspended)).isEqualTo(3);
        assertThat(runs.run(new DueTable(1, 2, 0, false, true))).isEmpty();
    }

    @Test
    void orphansStayUntilTheCommitterSaysWhatIsSettled() throws Exception {
        TableDefinition table = table("orphans", Map.of());
        Path lost = Path.of(write(table, 2).dataFiles().get(0).location());
        Files.setLastModifiedTime(lost, FileTime.from(now.minus(DAY.multipliedBy(2))));

        assertThat(runs.run(due(table, 0, true)).orElseThrow().error()).isEmpty();
        assertThat(lost).exists();
        catalog.settle(catalog.takeOwnership(UUID.randomUUID()), now.minus(Duration.ofHours(2)));
        runs.run(due(table, 0, true));
        assertThat(lost).as("the committer is silent").exists();
        catalog.settle(catalog.takeOwnership(UUID.randomUUID()), now.minus(Duration.ofMinutes(1)));
        runs.run(due(table, 0, false));
        assertThat(lost).as("not looked for").exists();
        MaintenanceRun run = runs.run(due(table, 0, true)).orElseThrow();

        assertThat(run.figures().orphansRemoved()).isPositive();
        assertThat(lost).doesNotExist();
    }

    @Test
    void aRunThatWasAskedForTellsHowFarItIs() {
        TableDefinition table = table("asked", Map.of());
        write(table, 3);
        long request = catalog.maintenance().request(table.id(), true);

        MaintenanceRun dry = runs.run(new DueTable(high(table), low(table), request, true, true))
                .orElseThrow();

        assertThat(dry.figures().snapshotsExpired()).isEqualTo(2);
        assertThat(snapshots(table)).isEqualTo(3);
        MaintenanceRun told = catalog.maintenance().state(table.id()).asked().orElseThrow();
        assertThat(told.step()).isEqualTo("DONE");
        assertThat(told.endedAt()).isPresent();
        assertThat(told.figures()).isEqualTo(dry.figures());
    }

    private TableDefinition table(String name, Map<String, String> properties) {
        return catalog.tables()
                .create(new TableDeclaration(
                        TableName.of("default", name),
                        TableMode.UPSERT,
                        List.of(Types.NestedField.required(1, "id", Types.LongType.get())),
                        List.of("id"),
                        1,
                        List.of(),
                        BadRowPolicy.REJECT,
                        properties));
    }

    /** Commits a key so many times; returns what is flushed and not committed after that. */
    private BucketChanges write(TableDefinition table, int commits) {
        Table iceberg = catalog.tables().iceberg(table.name());
        BucketWriter writer = BucketWriter.open(iceberg, table.layout(), 0, 1, WriterSettings.defaults());
        for (long offset = 1; ; offset++) {
            ColumnBatch batch = new ColumnBatch(
                    1, List.of(1), List.of(VectorBuilder.of(Types.LongType.get(), List.of(7L))), new byte[] {
                        RowOperation.UPSERT
                    });
            writer.write(offset, table.schema(), batch);
            BucketChanges changes = writer.flush(offset).orElseThrow();
            if (offset > commits) {
                return changes;
            }
            TableCommitter.commit(iceberg, table.layout(), List.of(changes), new CommitId("sink", 1, offset));
        }
    }

    private int snapshots(TableDefinition table) {
        int count = 0;
        for (Object unused : catalog.tables().iceberg(table.name()).snapshots()) {
            count++;
        }
        return count;
    }

    private static DueTable due(TableDefinition table, long request, boolean orphans) {
        return new DueTable(high(table), low(table), request, false, orphans);
    }

    private static long high(TableDefinition table) {
        return table.id().getMostSignificantBits();
    }

    private static long low(TableDefinition table) {
        return table.id().getLeastSignificantBits();
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
