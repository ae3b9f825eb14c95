package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.column.RowOperation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.types.Types;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers that may be kept ones are those of a run at the same cut, over random histories: rows written, committed,
 * lost with the log, columns dropped and added under the same name, and queries repeated at all kinds of cuts.
 */
class ResultModelTest {
    private static final int STEPS = 30;
    private static final int QUERIES = 4;
    private static final int KEYS = 12;
    private static final int VALUES = 4;
    /** Of one table, which may be asked at any cut. */
    private static final List<String> STATEMENTS = List.of(
            "SELECT id, n FROM %s",
            "SELECT id, note FROM %s",
            "SELECT COUNT(*), SUM(n) FROM %s",
            "SELECT id, UPPER(note) FROM %s",
            "SELECT n, COUNT(*) FROM %s WHERE n >= ? GROUP BY n",
            "SELECT id FROM %s WHERE note = ?");

    private static final List<String> MORE = List.of(
            "SELECT k.id, a.n FROM kept k JOIN added a ON k.id = a.id",
            "SELECT COUNT(*), SUM(n) FROM %s FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP",
            "SELECT COUNT(*), SUM(n) FROM %s FOR SYSTEM_TIME AS OF ?",
            "SELECT k.id, b.n FROM kept k JOIN kept FOR SYSTEM_TIME AS OF ? b ON k.id = b.id");

    @TempDir
    Path folder;

    private ResultFixture engines;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 2));
    }

    @BeforeEach
    void open() {
        engines = new ResultFixture(folder);
    }

    @AfterEach
    void close() {
        engines.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyAnswerIsThatOfARun(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < STEPS; step++) {
            String name = random.nextBoolean() ? "kept" : "added";
            switch (random.nextInt(10)) {
                case 0, 1 -> engines.commit(name, size -> random.nextInt(size + 1));
                case 2, 3 -> lose(name);
                case 4 -> alter(name);
                case 5 -> {} // nothing happened
                default -> append(random, name);
            }
            for (int query = 0; query < QUERIES; query++) {
                ask(random, "step " + step);
            }
        }
        assertThat(engines.counts().hits()).isGreaterThan(STEPS);
    }

    private void append(SplittableRandom random, String name) {
        boolean isDelete = name.equals("kept") && random.nextInt(4) == 0;
        byte operation =
                isDelete ? RowOperation.DELETE : name.equals("kept") ? RowOperation.UPSERT : RowOperation.APPEND;
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int row = random.nextInt(3); row >= 0; row--) {
            rows.add(List.of((long) random.nextInt(KEYS), random.nextInt(VALUES), "note " + random.nextInt(VALUES)));
        }
        engines.append(name, operation, rows);
    }

    /** Only once both engines read at the newest snapshot: one that doesn't would miss what was lost. */
    private void lose(String name) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> engines.isNewestSeen(name));
        engines.loseTail(name);
    }

    /** The same statements, the same snapshot and entries, and yet other rows. */
    private void alter(String name) {
        TableDefinition table = engines.table(name);
        engines.tables.catalog.tables().alter(table.name(), 0, List.of(new ColumnChange.Drop("note")));
        engines.tables
                .catalog
                .tables()
                .alter(
                        table.name(),
                        0,
                        List.of(new ColumnChange.Add(
                                "",
                                Types.NestedField.optional(1, "note", Types.StringType.get()),
                                new ColumnChange.Place.Last())));
    }

    private void ask(SplittableRandom random, String step) {
        String name = random.nextBoolean() ? "kept" : "added";
        boolean isPlain = random.nextInt(3) > 0;
        List<String> texts = isPlain ? STATEMENTS : MORE;
        String sql = String.format(texts.get(random.nextInt(texts.size())), name);
        ReadCut cut = isPlain ? cut(random, name) : new ReadCut.Latest();
        @Nullable Object[] parameters = sql.contains("?") ? new Object[] {parameter(random, sql, name)} : new Object[0];
        List<List<@Nullable Object>> rows =
                EngineFixture.select(engines.plain, EngineFixture.READER, cut, sql, parameters);
        for (int run = 0; run < 2; run++) {
            assertThat(EngineFixture.select(engines.caching, EngineFixture.READER, cut, sql, parameters))
                    .as("%s, run %d at %s: %s", step, run, cut, sql)
                    .containsExactlyInAnyOrderElementsOf(rows);
        }
    }

    private Object parameter(SplittableRandom random, String sql, String name) {
        if (sql.contains("SYSTEM_TIME")) {
            List<Snapshot> all = snapshots(sql.contains("kept k") ? "kept" : name);
            Instant at = all.isEmpty()
                    ? Instant.EPOCH
                    : Instant.ofEpochMilli(all.get(random.nextInt(all.size())).timestampMillis());
            return LocalDateTime.ofInstant(at, ZoneOffset.UTC);
        }
        return sql.contains("note = ?") ? (Object) ("note " + random.nextInt(VALUES)) : (Object) random.nextInt(VALUES);
    }

    private ReadCut cut(SplittableRandom random, String name) {
        List<Snapshot> all = snapshots(name);
        return switch (random.nextInt(4)) {
            case 0 -> new ReadCut.Committed();
            case 1 ->
                new ReadCut.AtSnapshot(
                        all.isEmpty() ? 0 : all.get(random.nextInt(all.size())).snapshotId());
            default -> new ReadCut.Latest();
        };
    }

    private List<Snapshot> snapshots(String name) {
        return StreamSupport.stream(engines.iceberg(name).snapshots().spliterator(), false)
                .toList();
    }
}
