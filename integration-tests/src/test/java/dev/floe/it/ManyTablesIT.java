package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.TableInfo;
import dev.floe.client.TableSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many tables share one job, whatever becomes of one of them. */
@Tag("long")
class ManyTablesIT {
    private static final int TABLES = 60;
    private static final int ACTIVE = 5;
    private static final int ROUNDS = 2;
    private static final int BROKEN = 7;
    private static final int ROWS = 100;

    @TempDir
    Path temp = Path.of("");

    private final long[] rows = new long[TABLES];

    @Test
    void aTableWhoseCommitsFailIsSuspendedAloneAndGoesOnByCommand() {
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.start(
                        data,
                        "--set",
                        "ingest.commit-interval=500ms",
                        "--set",
                        "ingest.idle-checkpoints-max=2",
                        "--set",
                        "ingest.open-buckets-max=24",
                        "--set",
                        "ingest.memtables-bytes-max=8KB");
                FloeClient client = floe.client()) {
            for (int table = 0; table < TABLES; table++) {
                client.catalog().createTable("", spec(table), false);
            }
            seen(client, BROKEN, write(client, BROKEN));
            UUID id = client.catalog().describeTable("", name(BROKEN)).id();
            setTableId(data, UUID.randomUUID());
            for (int round = 0; round < ROUNDS; round++) {
                for (int first = 0; first < TABLES; first += ACTIVE) {
                    round(client, first);
                }
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(
                                    broken(client).suspension().orElseThrow().code())
                            .isEqualTo("TABLE_CHANGED"));
            assertThat(countOf(client, BROKEN)).isEqualTo(ROWS);

            setTableId(data, id);
            client.catalog().resumeTable("", name(BROKEN), "");
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                for (int table = 0; table < TABLES; table++) {
                    assertThat(countOf(client, table)).as(name(table)).isEqualTo(rows[table]);
                }
            });
            assertThat(broken(client).suspension()).isEmpty();
        }
    }

    /** The next tables have their turn; reads see what each but the broken one was given. */
    private void round(FloeClient client, int first) {
        List<Ack> acks = new ArrayList<>();
        for (int table = first; table < first + ACTIVE; table++) {
            acks.add(write(client, table));
        }
        for (int i = 0; i < ACTIVE; i++) {
            if (first + i != BROKEN) {
                seen(client, first + i, acks.get(i));
            }
        }
    }

    private Ack write(FloeClient client, int table) {
        List<@Nullable Object[]> batch = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            batch.add(new Object[] {rows[table] + i});
        }
        rows[table] += ROWS;
        return client.write(name(table), Batch.of(List.of("id"), batch), Operation.DEFAULT);
    }

    private void seen(FloeClient client, int table, Ack ack) {
        try (QueryRows count =
                client.query(Query.of("SELECT COUNT(*) FROM " + name(table)).at(new ReadAt.Containing(ack.token())))) {
            assertThat(count.all().get(0).value(0)).isEqualTo(rows[table]);
        }
    }

    private static long countOf(FloeClient client, int table) {
        try (QueryRows count =
                client.query(Query.of("SELECT COUNT(*) FROM " + name(table)).at(new ReadAt.Committed()))) {
            return (Long) count.all().get(0).values()[0];
        }
    }

    private static TableInfo broken(FloeClient client) {
        return client.catalog().describeTable("", name(BROKEN));
    }

    private static TableSpec spec(int table) {
        List<Column> columns = List.of(Column.required("id", Primitive.LONG));
        return table % 2 == 0
                ? TableSpec.append(name(table), columns).withBuckets(2)
                : TableSpec.upsert(name(table), columns, List.of("id")).withBuckets(2);
    }

    private static String name(int table) {
        return "t" + table;
    }

    /** What dropping the table and creating another in its place looks like to the committer. */
    private static void setTableId(Path data, UUID id) {
        RawCatalog.with(data, catalog -> {
            catalog.loadTable(RawCatalog.name(name(BROKEN)))
                    .updateProperties()
                    .set("floe.table-id", id.toString())
                    .commit();
            return id;
        });
    }
}
