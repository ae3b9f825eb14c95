package dev.floe.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.IndexProgress;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.name.TableName;
import dev.floe.core.settings.Secret;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.SidecarName;
import dev.floe.storage.sidecar.ValueIndex;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files get the indexes that their table declares, however late, and lose those it has dropped. */
class IndexBackfillTest {
    private static final int ROWS = 500;
    private static final IndexFields N = IndexFields.of(1);

    @TempDir
    Path temp;

    private final AtomicBoolean cancelled = new AtomicBoolean();
    private Catalog catalog;
    private TableDefinition table;
    private long offset;

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + temp.resolve("catalog.db"),
                "",
                new Secret(""),
                temp.resolve("warehouse").toString()));
        table = catalog.tables()
                .create(new TableDeclaration(
                        TableName.of("default", "t"),
                        TableMode.APPEND,
                        List.of(
                                Types.NestedField.required(1, "n", Types.LongType.get()),
                                Types.NestedField.optional(2, "m", Types.LongType.get())),
                        List.of(),
                        1,
                        List.of(),
                        BadRowPolicy.REJECT,
                        Map.of()));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void filesThatWereThereBeforeTheIndexGetIt() {
        write();
        write();
        alter(new ColumnChange.AddIndex(new DeclaredIndex("by_n", List.of("n"))));

        backfill().pass(catalog.indexes().orders());

        assertThat(indexed(N)).isEqualTo(2);
        assertThat(progress()).isEqualTo(new IndexProgress(N, 2, 2, ""));
        Table iceberg = iceberg();
        for (DataFile file : files()) {
            assertThat(ValueIndex.open(iceberg.io(), file, N).size()).isEqualTo(ROWS);
        }
    }

    @Test
    void filesThatComeWithoutTheIndexGetItInALaterPass() {
        alter(new ColumnChange.AddIndex(new DeclaredIndex("by_n", List.of("n"))));
        IndexBackfill backfill = backfill();
        backfill.pass(catalog.indexes().orders());
        assertThat(progress()).isEqualTo(new IndexProgress(N, 0, 0, ""));
        write();

        backfill.pass(catalog.indexes().orders());

        assertThat(indexed(N)).isEqualTo(1);
        assertThat(progress()).isEqualTo(new IndexProgress(N, 1, 1, ""));
    }

    @Test
    void aFileThatCannotBeReadIsSaidAndTriedAgain() {
        write();
        write();
        alter(new ColumnChange.AddIndex(new DeclaredIndex("by_n", List.of("n"))));
        DataFile lost = files().get(0);
        Path path = Path.of(lost.location());
        Path aside = temp.resolve("aside");
        path.toFile().renameTo(aside.toFile());
        IndexBackfill backfill = backfill();

        backfill.pass(catalog.indexes().orders());
        assertThat(progress().filesDone()).isEqualTo(1);
        assertThat(progress().error()).startsWith("DATA_UNREADABLE");

        aside.toFile().renameTo(path.toFile());
        backfill.pass(catalog.indexes().orders());
        assertThat(progress()).isEqualTo(new IndexProgress(N, 2, 2, ""));
    }

    @Test
    void endsBetweenFilesWhereItIsCancelled() {
        write();
        alter(new ColumnChange.AddIndex(new DeclaredIndex("by_n", List.of("n"))));
        cancelled.set(true);
        IndexBackfill backfill = backfill();
        backfill.pass(catalog.indexes().orders());
        assertThat(indexed(N)).isZero();

        cancelled.set(false);
        backfill.pass(catalog.indexes().orders());
        assertThat(indexed(N)).isEqualTo(1);
    }

    @Test
    void aDroppedIndexIsRemovedOnceNoWriterMakesIt() {
        write();
        alter(
                new ColumnChange.AddIndex(new DeclaredIndex("by_n", List.of("n"))),
                new ColumnChange.AddIndex(new DeclaredIndex("by_m", List.of("m"))));
        IndexBackfill backfill = backfill();
        backfill.pass(catalog.indexes().orders());
        alter(new ColumnChange.DropIndex("by_n"));

        backfill.pass(catalog.indexes().orders());
        assertThat(indexed(N)).isEqualTo(1);

        backfill(Clock.fixed(Instant.now().plus(Duration.ofMinutes(5)), ZoneOffset.UTC))
                .pass(catalog.indexes().orders());
        assertThat(indexed(N)).isZero();
        assertThat(indexed(IndexFields.of(2))).isEqualTo(1);
        assertThat(catalog.indexes().orders()).hasSize(1);
    }

    @Test
    void anIndexThatIsLostIsMadeAgainAfterAWhile() {
        write();
        alter(new ColumnChange.AddIndex(new DeclaredIndex("by_n", List.of("n"))));
        Instant start = Instant.now();
        List<Instant> now = new ArrayList<>(List.of(start));
        IndexBackfill backfill = new IndexBackfill(catalog, new Later(now), cancelled::get);
        backfill.pass(catalog.indexes().orders());
        iceberg().io().deleteFile(SidecarName.of(files().get(0).location(), N));

        backfill.pass(catalog.indexes().orders());
        assertThat(indexed(N)).isZero();

        now.set(0, start.plus(Duration.ofHours(2)));
        backfill.pass(catalog.indexes().orders());
        assertThat(indexed(N)).isEqualTo(1);
    }

    private IndexBackfill backfill() {
        return backfill(Clock.systemUTC());
    }

    private IndexBackfill backfill(Clock clock) {
        return new IndexBackfill(catalog, clock, cancelled::get);
    }

    private IndexProgress progress() {
        return catalog.indexes().progress(table.id()).get(0);
    }

    private void alter(ColumnChange... changes) {
        table = catalog.tables().alter(table.name(), 0, List.of(changes));
    }

    private Table iceberg() {
        return catalog.tables().iceberg(table.name());
    }

    private List<DataFile> files() {
        List<DataFile> files = new ArrayList<>();
        iceberg().newScan().planFiles().forEach(task -> files.add(task.file()));
        return files;
    }

    private long indexed(IndexFields fields) {
        FileIndexes indexes = new FileIndexes("t", iceberg().io());
        return files().stream().filter(file -> indexes.has(file, fields)).count();
    }

    /** A file by a writer that knows of no index. */
    private void write() {
        Table iceberg = iceberg();
        long epoch = catalog.nextEpoch();
        byte[] operations = new byte[ROWS];
        Arrays.fill(operations, RowOperation.APPEND);
        List<Long> values = new ArrayList<>();
        for (long row = 0; row < ROWS; row++) {
            values.add(row % 9);
        }
        ColumnBatch batch =
                new ColumnBatch(ROWS, List.of(1), List.of(VectorBuilder.of(Types.LongType.get(), values)), operations);
        try (BucketWriter writer = BucketWriter.open(iceberg, table.layout(), 0, epoch, WriterSettings.defaults())) {
            writer.write(offset++, table.schema(), batch);
            TableCommitter.commit(
                    iceberg,
                    table.layout(),
                    List.of(writer.flush(epoch).orElseThrow()),
                    new CommitId(catalog.sinkId(), epoch, epoch));
        }
    }

    /** Stands at the instant that the list has. */
    private static final class Later extends Clock {
        private final List<Instant> now;

        Later(List<Instant> now) {
            this.now = now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get(0);
        }
    }
}
