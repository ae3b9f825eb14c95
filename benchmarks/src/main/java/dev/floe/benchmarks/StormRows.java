package dev.floe.benchmarks;

import dev.floe.client.ColumnarRows;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Rows of a storm and the model of what they leave: of each key the time of its last row. */
final class StormRows {
    private static final List<String> TENANTS = List.of("tenant-0", "tenant-1", "tenant-2", "tenant-3");
    private static final List<String> EVENT_TYPES = List.of("open", "close", "move", "look");
    private static final List<String> COUNTRIES = List.of("CH", "CZ", "DE", "IT", "NO");

    private final SplittableRandom random = new SplittableRandom(7);
    /** Time of each key's row; 0 where it has none. */
    private final long[] model;

    private final int quantities;

    private long ts;

    StormRows(int keys) {
        this(keys, 100);
    }

    /** Rows whose quantity is below {@code quantities}. */
    StormRows(int keys, int quantities) {
        this.model = new long[keys];
        this.quantities = quantities;
    }

    /** Time of the key's row in the model; 0 where there is none. */
    long expected(long key) {
        return key < 0 || key >= model.length ? 0 : model[(int) key];
    }

    long liveKeys() {
        long live = 0;
        for (long time : model) {
            live += time == 0 ? 0 : 1;
        }
        return live;
    }

    /** Rows of keys at random. */
    ColumnarRows upserts(int count) {
        return upserts(0, model.length, count);
    }

    /** Rows of keys at random from one up to another. */
    ColumnarRows upserts(int from, int end, int count) {
        return upserts(
                IntStream.range(0, count).map(row -> random.nextInt(from, end)).toArray());
    }

    /** A row of each key from one up to another. */
    ColumnarRows upserts(int from, int end) {
        return upserts(IntStream.range(from, end).toArray());
    }

    private ColumnarRows upserts(int[] keys) {
        int count = keys.length;
        int[] tenant = new int[count];
        long[] key = new long[count];
        long[] time = new long[count];
        int[] type = new int[count];
        int[] country = new int[count];
        double[] amount = new double[count];
        int[] quantity = new int[count];
        String[] payload = new String[count];
        for (int i = 0; i < count; i++) {
            key[i] = keys[i];
            time[i] = ++ts;
            model[(int) key[i]] = ts;
            tenant[i] = random.nextInt(TENANTS.size());
            type[i] = random.nextInt(EVENT_TYPES.size());
            country[i] = random.nextInt(COUNTRIES.size());
            amount[i] = random.nextInt(1_000_000) / 100.0;
            quantity[i] = random.nextInt(quantities);
            payload[i] = "payload of row " + ts;
        }
        return ColumnarRows.builder(count)
                .coded("tenant", TENANTS, tenant)
                .longs("entity_id", key)
                .longs("ts", time)
                .coded("event_type", EVENT_TYPES, type)
                .coded("country", COUNTRIES, country)
                .doubles("amount", amount)
                .ints("quantity", quantity)
                .strings("payload", payload)
                .build();
    }

    ColumnarRows deletes(int count) {
        long[] key = new long[count];
        for (int i = 0; i < count; i++) {
            key[i] = random.nextInt(model.length);
            model[(int) key[i]] = 0;
        }
        return ColumnarRows.builder(count).longs("entity_id", key).build();
    }
}
