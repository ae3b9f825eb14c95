package dev.floe.benchmarks;

import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.ColumnarRows;
import dev.floe.client.TableSpec;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Workload E: events of eight columns over a million skewed keys, the same rows for the same seed.
 *
 * <p>tenant (10 values), entity_id (long, the key; the square of a uniform number, so that few are hot), ts, event_type
 * (20), country (50), amount, quantity, payload (3 of 1,000 words). As JSON a row has about 163 bytes.
 */
final class WorkloadE {
    static final int KEYS = 1_000_000;

    private static final long START_MICROS =
            LocalDateTime.of(2026, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC) * 1_000_000;
    static final List<String> TENANTS = names("tenant-", 10);
    static final List<String> EVENT_TYPES = names("event_", 20);
    static final List<String> COUNTRIES = names("C", 50);
    private static final List<String> WORDS = names("word", 1_000);
    private static final int PAYLOAD_WORDS = 3;

    private final SplittableRandom random;
    private long ts = START_MICROS;

    WorkloadE(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Columns of a batch as plain arrays; strings of few values are indexes into their lists. */
    static final class Rows {
        final int count;
        final int[] tenant;
        final long[] entityId;
        final long[] ts;
        final int[] eventType;
        final int[] country;
        final double[] amount;
        final int[] quantity;
        final String[] payload;

        Rows(int count) {
            this.count = count;
            tenant = new int[count];
            entityId = new long[count];
            ts = new long[count];
            eventType = new int[count];
            country = new int[count];
            amount = new double[count];
            quantity = new int[count];
            payload = new String[count];
        }

        ColumnarRows columnar() {
            return ColumnarRows.builder(count)
                    .coded("tenant", TENANTS, tenant)
                    .longs("entity_id", entityId)
                    .longs("ts", ts)
                    .coded("event_type", EVENT_TYPES, eventType)
                    .coded("country", COUNTRIES, country)
                    .doubles("amount", amount)
                    .ints("quantity", quantity)
                    .strings("payload", payload)
                    .build();
        }

        /** The rows as Java values, in the order of the table's columns. */
        Batch values() {
            List<@Nullable Object[]> values = new ArrayList<>(count);
            for (int row = 0; row < count; row++) {
                values.add(new Object[] {
                    TENANTS.get(tenant[row]),
                    entityId[row],
                    LocalDateTime.ofEpochSecond(
                            Math.floorDiv(ts[row], 1_000_000L),
                            (int) Math.floorMod(ts[row], 1_000_000L) * 1_000,
                            ZoneOffset.UTC),
                    EVENT_TYPES.get(eventType[row]),
                    COUNTRIES.get(country[row]),
                    amount[row],
                    quantity[row],
                    payload[row]
                });
            }
            return Batch.of(List.of(), values);
        }

        String json(int row) {
            return "{\"tenant\":\"" + TENANTS.get(tenant[row]) + "\",\"entity_id\":" + entityId[row] + ",\"ts\":\""
                    + LocalDateTime.ofEpochSecond(
                            Math.floorDiv(ts[row], 1_000_000L),
                            (int) Math.floorMod(ts[row], 1_000_000L) * 1_000,
                            ZoneOffset.UTC)
                    + "\",\"event_type\":\"" + EVENT_TYPES.get(eventType[row]) + "\",\"country\":\""
                    + COUNTRIES.get(country[row]) + "\",\"amount\":" + amount[row] + ",\"quantity\":" + quantity[row]
                    + ",\"payload\":\"" + payload[row] + "\"}";
        }
    }

    /** The next rows, in order of time. */
    Rows next(int count) {
        Rows rows = new Rows(count);
        for (int i = 0; i < count; i++) {
            double skewed = random.nextDouble();
            ts += 1 + random.nextInt(20_000);
            rows.tenant[i] = random.nextInt(TENANTS.size());
            rows.entityId[i] = (long) (skewed * skewed * KEYS);
            rows.ts[i] = ts;
            rows.eventType[i] = random.nextInt(EVENT_TYPES.size());
            rows.country[i] = random.nextInt(COUNTRIES.size());
            rows.amount[i] = random.nextInt(1_000_000) / 100.0;
            rows.quantity[i] = 1 + random.nextInt(100);
            rows.payload[i] = payload();
        }
        return rows;
    }

    /** The table: an upsert table by entity_id, or an append table. */
    static TableSpec table(String name, boolean upsert) {
        List<Column> columns = List.of(
                Column.required("tenant", Primitive.STRING),
                Column.required("entity_id", Primitive.LONG),
                Column.required("ts", Primitive.TIMESTAMP),
                Column.required("event_type", Primitive.STRING),
                Column.required("country", Primitive.STRING),
                Column.required("amount", Primitive.DOUBLE),
                Column.required("quantity", Primitive.INT),
                Column.required("payload", Primitive.STRING));
        return upsert ? TableSpec.upsert(name, columns, List.of("entity_id")) : TableSpec.append(name, columns);
    }

    private String payload() {
        StringBuilder text = new StringBuilder(24);
        for (int i = 0; i < PAYLOAD_WORDS; i++) {
            if (i > 0) {
                text.append(' ');
            }
            text.append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }

    private static List<String> names(String prefix, int count) {
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(prefix + i);
        }
        return List.copyOf(names);
    }
}
