package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ReadCut;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** INSERT, UPSERT, UPDATE and DELETE do to a table what they do to a map. */
class ChangeStatementsTest {
    private static final int STATEMENTS = 25;
    private static final int KEYS = 30;

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void tables() {
        fixture = new EngineFixture(folder);
        fixture.create(
                "default",
                "accounts",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "amount", Types.IntegerType.get()),
                Types.NestedField.optional(3, "owner", Types.StringType.get()));
        fixture.create(
                "default",
                "events",
                List.of(),
                List.of(),
                Types.NestedField.optional(1, "n", Types.IntegerType.get()),
                Types.NestedField.optional(2, "price", Types.DecimalType.of(9, 2)),
                Types.NestedField.optional(3, "happened", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(4, "tags", Types.ListType.ofOptional(5, Types.StringType.get())));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 3));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void changesATableAsItChangesAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Long, List<@Nullable Object>> model = new TreeMap<>();
        for (int i = 0; i < STATEMENTS; i++) {
            change(random, model);
            assertThat(fixture.select("SELECT id, amount, owner FROM accounts ORDER BY id"))
                    .isEqualTo(new ArrayList<>(model.values()));
        }
    }

    private void change(SplittableRandom random, NavigableMap<Long, List<@Nullable Object>> model) {
        int low = random.nextInt(KEYS);
        int high = low + random.nextInt(8);
        switch (random.nextInt(5)) {
            case 0 -> {
                assertThat(run(
                                "UPDATE accounts SET amount = amount + ?, owner = 'u' WHERE id BETWEEN ? AND ?",
                                3,
                                low,
                                high))
                        .isEqualTo(model.subMap((long) low, true, (long) high, true)
                                .size());
                model.subMap((long) low, true, (long) high, true)
                        .replaceAll((id, row) ->
                                Arrays.asList(id, row.get(1) == null ? null : (Integer) row.get(1) + 3, "u"));
            }
            case 1 -> {
                assertThat(run("DELETE FROM accounts WHERE id BETWEEN ? AND ? AND owner IS NOT NULL", low, high))
                        .isEqualTo(model.subMap((long) low, true, (long) high, true).values().stream()
                                .filter(row -> row.get(2) != null)
                                .count());
                model.subMap((long) low, true, (long) high, true).values().removeIf(row -> row.get(2) != null);
            }
            case 2 -> {
                assertThat(run("UPSERT INTO accounts (id, amount) VALUES (?, 7)", low))
                        .isEqualTo(1);
                model.put((long) low, Arrays.asList((long) low, 7, null));
            }
            case 3 -> {
                List<List<@Nullable Object>> copied = new ArrayList<>();
                model.forEach((id, row) -> copied.add(Arrays.asList(id + KEYS, row.get(1), "copy")));
                assertThat(run("INSERT INTO accounts SELECT id + " + KEYS + ", amount, 'copy' FROM accounts"))
                        .isEqualTo(copied.size());
                copied.forEach(row -> model.put((Long) row.get(0), row));
            }
            default -> {
                assertThat(run("INSERT INTO accounts VALUES (?, NULL, 'a'), (?, 1, 'b')", low, high + 1))
                        .isEqualTo(2);
                model.put((long) low, Arrays.asList((long) low, null, "a"));
                model.put(high + 1L, Arrays.asList(high + 1L, 1, "b"));
            }
        }
    }

    @Test
    void appendsRowsOfEveryShapeAsTheColumnsAre() {
        run("INSERT INTO events VALUES (1, 12.5, TIMESTAMP '2026-01-02 03:04:05.678901', ARRAY['a', 'b'])");
        run("INSERT INTO events (happened, n) VALUES (?, ?)", LocalDateTime.parse("2026-01-02T03:04:05.000001"), 2);
        assertThat(fixture.select("SELECT n, price, happened FROM events ORDER BY n"))
                .containsExactly(
                        List.of(1, new BigDecimal("12.50"), LocalDateTime.parse("2026-01-02T03:04:05.678901")),
                        Arrays.asList(2, null, LocalDateTime.parse("2026-01-02T03:04:05.000001")));
        assertThat(fixture.select("SELECT tags[2] FROM events WHERE n = 1")).containsExactly(List.of("b"));
    }

    @Test
    void aValueThatDoesNotFitIsRefusedAndNothingStored() {
        assertThatThrownBy(() -> run("INSERT INTO events (n) VALUES (3000000000)"))
                .isInstanceOf(FloeException.class);
        assertThatThrownBy(() -> run("INSERT INTO accounts (amount) VALUES (1)"))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SQL));
        assertThat(fixture.select("SELECT * FROM events")).isEmpty();
        assertThat(fixture.select("SELECT * FROM accounts")).isEmpty();
    }

    @Test
    void refusesWhatTheTableDoesNotAllow() {
        assertThat(codeOf("UPDATE events SET n = 1")).isEqualTo(ErrorCode.WRONG_OPERATION);
        assertThat(codeOf("DELETE FROM events")).isEqualTo(ErrorCode.WRONG_OPERATION);
        assertThat(codeOf("UPSERT INTO events (n) VALUES (1)")).isEqualTo(ErrorCode.WRONG_OPERATION);
        assertThat(codeOf("UPDATE accounts SET id = 1")).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(codeOf("INSERT INTO nowhere VALUES (1)")).isEqualTo(ErrorCode.INVALID_SQL);
        assertThat(codeOf("DELETE FROM accounts WHERE (id, amount) IN ((?, ?))"))
                .as("types of parameters that Calcite can't tell")
                .isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(codeOf("MERGE INTO accounts a USING accounts b ON a.id = b.id"
                        + " WHEN MATCHED THEN UPDATE SET amount = 1"))
                .isEqualTo(ErrorCode.UNSUPPORTED);
    }

    @Test
    void aReaderChangesNothing() {
        assertThatThrownBy(() -> fixture.engine.prepare(EngineFixture.READER, "DELETE FROM accounts"))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PERMISSION_DENIED));
    }

    @Test
    void aPreparedChangeFollowsTheTable() {
        PreparedQuery insert = fixture.engine.prepare(EngineFixture.EDITOR, "INSERT INTO accounts VALUES (?, 1, 'x')");
        TableDefinition table = fixture.catalog.tables().list(EngineFixture.EDITOR.tenant()).stream()
                .filter(t -> t.name().table().equals("accounts"))
                .findFirst()
                .orElseThrow();
        fixture.catalog.tables().drop(table.name());
        fixture.create(
                "default",
                "accounts",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "amount", Types.LongType.get()),
                Types.NestedField.optional(3, "owner", Types.StringType.get()));
        assertThat(run(insert, 5L)).isEqualTo(1);
        assertThat(fixture.select("SELECT * FROM accounts")).containsExactly(List.of(5L, 1L, "x"));
    }

    private ErrorCode codeOf(String sql) {
        try {
            run(sql);
        } catch (FloeException e) {
            return e.code();
        }
        throw new AssertionError("not refused: " + sql);
    }

    private long run(String sql, @Nullable Object... parameters) {
        return run(fixture.engine.prepare(EngineFixture.EDITOR, sql), parameters);
    }

    private long run(PreparedQuery change, @Nullable Object... parameters) {
        @Nullable Object[] fitted = new @Nullable Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            boolean widens = change.parameterTypes().get(i).equals(Types.LongType.get());
            fitted[i] = parameters[i] instanceof Integer number && widens ? Long.valueOf(number) : parameters[i];
        }
        try (QueryCursor cursor = fixture.engine.execute(
                EngineFixture.EDITOR,
                change,
                EngineFixture.row(change.parameterTypes(), fitted),
                new ReadCut.Committed(),
                EngineFixture.LIMITS)) {
            return (Long) EngineFixture.drain(cursor).get(0).get(0);
        }
    }
}
