package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.LookupResult;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.keys.IndexBudget;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key sidecars and deletion vectors that are damaged while a server has them open: the same rows, or an error. */
class DamagedPuffinsTest {
    private static final long ROWS = 40_000;

    @TempDir
    Path folder;

    private EngineFixture fixture;
    private TableDefinition table;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        table = fixture.create(
                "default",
                "t",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "v", Types.LongType.get()));
        fixture.upsert(table, rows(0, ROWS, id -> 0));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static List<List<@Nullable Object>> rows(long from, long to, LongFunction<Integer> value) {
        return LongStream.range(from, to)
                .<List<@Nullable Object>>mapToObj(id -> List.of(id, (long) value.apply(id)))
                .toList();
    }

    private List<Path> files(String suffix) {
        try (Stream<Path> all = Files.walk(folder.resolve("warehouse"))) {
            List<Path> found =
                    all.filter(path -> path.toString().endsWith(suffix)).toList();
            assertThat(found).isNotEmpty();
            return found;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void zero(String suffix) throws IOException {
        for (Path path : files(suffix)) {
            try (RandomAccessFile bytes = new RandomAccessFile(path.toFile(), "rw")) {
                bytes.seek(bytes.length() / 4);
                bytes.write(new byte[(int) bytes.length() / 2]);
            }
        }
    }

    private void truncate(String suffix) throws IOException {
        for (Path path : files(suffix)) {
            try (RandomAccessFile bytes = new RandomAccessFile(path.toFile(), "rw")) {
                bytes.setLength(bytes.length() / 2);
            }
        }
    }

    private int found() {
        List<@Nullable Object> ids = new ArrayList<>();
        LongStream.range(0, 1_000).forEach(ids::add);
        ColumnBatch keys = new ColumnBatch(
                ids.size(),
                table.keyFieldIds(),
                List.of(VectorBuilder.of(Types.LongType.get(), ids)),
                new byte[ids.size()]);
        LookupResult result = fixture.engine.lookup(
                EngineFixture.READER,
                new LookupRequest("t", keys, List.of(), new ReadCut.Committed(), Duration.ofSeconds(1)));
        return (int) result.rowOf().stream().filter(row -> row >= 0).count();
    }

    @Test
    void lookupsFindTheirRowsWhenASidecarIsWrittenOver() throws IOException {
        assertThat(found()).isEqualTo(1_000);
        zero(".keys.puffin");

        assertThat(found()).isEqualTo(1_000);
        assertThat(fixture.select("SELECT v FROM t WHERE id = 7")).isEqualTo(List.of(List.of(0L)));
    }

    @Test
    void lookupsFindTheirRowsWhenASidecarIsTruncated() throws IOException {
        assertThat(found()).isEqualTo(1_000);
        truncate(".keys.puffin");

        assertThat(found()).isEqualTo(1_000);
    }

    @Test
    void aWriterOverSidecarsWritesNoTwinsWhenOneIsWrittenOver() throws IOException {
        upsertAllWith(() -> zero(".keys.puffin"));

        assertNoTwins();
    }

    @Test
    void aWriterOverSidecarsWritesNoTwinsWhenOneIsTruncated() throws IOException {
        upsertAllWith(() -> truncate(".keys.puffin"));

        assertNoTwins();
    }

    private void assertNoTwins() {
        assertThat(fixture.select("SELECT COUNT(*), COUNT(DISTINCT id), MIN(v) FROM t"))
                .isEqualTo(List.of(List.of(ROWS, ROWS, 1L)));
    }

    private interface Damage {
        void inflict() throws IOException;
    }

    /** Upserts all rows with writers that were open before the damage. */
    private void upsertAllWith(Damage damage) throws IOException {
        long epoch = fixture.catalog.nextEpoch();
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        ColumnBatch all = EngineFixture.batch(table, RowOperation.UPSERT, rows(0, ROWS, id -> 1));
        List<BucketWriter> writers = new ArrayList<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            writers.add(BucketWriter.open(
                    iceberg, table.layout(), bucket, epoch, WriterSettings.defaults(), new IndexBudget(0)));
        }
        damage.inflict();
        List<BucketChanges> changes = new ArrayList<>();
        EngineFixture.byBucket(table, all).forEach((bucket, part) -> {
            try (BucketWriter writer = writers.get(bucket)) {
                assertThat(writer.keyFigures().tiered()).isEqualTo(1);
                writer.write(fixture.nextOffset() + bucket, table.schema(), part);
                writer.flush(1_000).ifPresent(changes::add);
            }
        });
        TableCommitter.commit(iceberg, table.layout(), changes, new CommitId(fixture.catalog.sinkId(), epoch, 1_000));
    }

    @Test
    void aDeletionVectorThatIsDamagedOrGoneIsAnErrorThatNamesIt() throws IOException {
        fixture.upsert(table, rows(0, 500, id -> 2));
        List<Path> vectors = files("deletes.puffin");
        byte[] whole = Files.readAllBytes(vectors.get(0));
        byte[] flipped = whole.clone();
        for (int i = 0; i < flipped.length; i++) {
            // a vector of each data file is somewhere in it
            flipped[i] ^= 16;
        }
        for (byte[] bytes : new byte[][] {flipped, new byte[whole.length], new byte[5], null}) {
            for (Path path : vectors) {
                Files.delete(path);
                if (bytes != null) {
                    Files.write(path, bytes);
                }
            }
            assertUnreadable(() -> fixture.select("SELECT SUM(v) FROM t"));
            assertUnreadable(() -> EngineFixture.select(fixture.reference, EngineFixture.READER, "SELECT v FROM t"));
            assertUnreadable(() -> fixture.select("SELECT v FROM t WHERE id = 700"));
            assertUnreadable(this::found);
        }
    }

    private static void assertUnreadable(ThrowingCallable read) {
        assertThatThrownBy(read)
                .hasMessageContaining("deletes.puffin")
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE));
    }
}
