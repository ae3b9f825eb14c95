package dev.floe.it.chaos;

import dev.floe.client.FloeClient;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.TableInfo;
import dev.floe.client.TableSpec;
import dev.floe.client.Token;
import dev.floe.core.error.FloeException;
import dev.floe.it.chaos.Gateways.Connection;
import dev.floe.wire.v1.Ack;
import dev.floe.wire.v1.GetStreamRequest;
import dev.floe.wire.v1.WriteRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The clients of a run: two producers with streams, one by the first version of the columns and one by the newest, one
 * client without streams, and a reader.
 *
 * <p>Their rows outlast {@link #settle}: started again, the clients go on where they were.
 */
final class Workload {
    private static final int LONE = 9;
    private static final Duration READ_PAUSE = Duration.ofMillis(250);
    private static final Duration LONE_PAUSE = Duration.ofMillis(40);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

    private final Gateways gateways;
    private final Journal history;
    private final SplittableRandom random;
    private final List<List<Lane>> lanes = new ArrayList<>();
    private final Lane lone = new Lane(LONE, Columns.STATE, true);
    private final Map<String, Columns> first = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;
    private volatile Token loneToken = Token.of(new byte[0]);

    Workload(Gateways gateways, Journal history, SplittableRandom random) {
        this.gateways = gateways;
        this.history = history;
        this.random = random;
        for (int producer = 0; producer < 2; producer++) {
            lanes.add(List.of(new Lane(producer, Columns.EVENTS, false), new Lane(producer, Columns.STATE, false)));
        }
    }

    /** Makes the tables, which compact as soon as they can. */
    void createTables() {
        Map<String, String> compacting = Map.of("compaction.runs-min", "2");
        try (FloeClient client = client()) {
            List<TableSpec> tables = List.of(
                    TableSpec.append(Columns.EVENTS, Columns.declared())
                            .withProperties(compacting)
                            .withBuckets(2),
                    TableSpec.upsert(Columns.STATE, Columns.declared(), List.of("id"))
                            .withProperties(compacting)
                            .withBuckets(2));
            for (TableSpec table : tables) {
                TableInfo created = client.catalog().createTable("", table, false);
                first.put(table.name(), Columns.of(created));
            }
        }
    }

    void start() {
        startWriters();
        begin("reader", this::read);
    }

    /** The same without the reader. */
    void startWriters() {
        stopped = false;
        for (int i = 0; i < lanes.size(); i++) {
            Producer producer =
                    new Producer(gateways, lanes.get(i), first, i > 0, random.split(), history, () -> stopped);
            begin("producer-" + i, producer);
        }
        begin("lone", this::writeAlone);
    }

    /** Ends the clients once all their rows are acked; false where that took too long. */
    boolean settle(Duration limit) {
        stopped = true;
        long deadline = System.nanoTime() + limit.toNanos();
        boolean settled = true;
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            settled &= !thread.isAlive();
        }
        threads.clear();
        return settled;
    }

    /** Waits until a read sees all that was acked; false where that took too long. */
    boolean isVisible(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            try (Connection connection = gateways.connect(standalone());
                    FloeClient client = client()) {
                for (List<Lane> both : lanes) {
                    for (Lane lane : both) {
                        awaitVisible(lane.table(), durable(lane, connection), client);
                    }
                }
                awaitVisible(Columns.STATE, loneToken, client);
                return true;
            } catch (FloeException | StatusRuntimeException e) {
                LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            }
        }
        return false;
    }

    private static Token durable(Lane lane, Connection connection) {
        return Token.of(connection
                .calls()
                .getStream(GetStreamRequest.newBuilder()
                        .setTable(lane.table())
                        .setStreamId(lane.stream())
                        .build())
                .getDurable()
                .getValue()
                .toByteArray());
    }

    private static void awaitVisible(String table, Token token, FloeClient client) {
        Query query = Query.of("SELECT 1 FROM " + table + " LIMIT 1");
        try (QueryRows rows = client.query(query.at(new ReadAt.Containing(token)))) {
            rows.all();
        }
    }

    FloeClient client() {
        return FloeClient.connect(standalone(), gateways.apiKey());
    }

    private String standalone() {
        return gateways.addresses().get(0);
    }

    private void begin(String name, Runnable work) {
        Thread thread = new Thread(work, "chaos-" + name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    /** F1 without streams: each row until it is acked, over one gateway or the other; each has a key of its own. */
    private void writeAlone() {
        SplittableRandom chances = new SplittableRandom(lone.made());
        Columns columns = first.getOrDefault(Columns.STATE, new Columns(1, Map.of(), false));
        while (!stopped || lone.acked() < lone.made()) {
            if (lone.acked() == lone.made() && !stopped) {
                lone.make(chances, 1 + chances.nextInt(3), columns, history);
            }
            try (Connection connection = gateways.connect(gateways.any(chances))) {
                while (lone.acked() < lone.made()) {
                    writeAlone(connection);
                    if (!stopped) {
                        lone.make(chances, 1 + chances.nextInt(3), columns, history);
                    }
                    LockSupport.parkNanos(LONE_PAUSE.toNanos());
                }
            } catch (StatusRuntimeException e) {
                history.write("info", "why", e.getMessage());
                LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            }
        }
    }

    private void writeAlone(Connection connection) {
        long end = lone.made();
        Ack ack = connection
                .calls()
                .write(WriteRequest.newBuilder()
                        .setTable(Columns.STATE)
                        .setSchemaVersion(1)
                        .setBatch(lone.batch(lone.acked(), end))
                        .build())
                .getAck();
        loneToken = Token.of(ack.getToken().getValue().toByteArray());
        lone.ack(end);
        history.write("acked", "table", Columns.STATE, "producer", LONE, "to", end);
    }

    /** Notes how many rows it sees: in an append table never fewer than before. */
    private void read() {
        while (!stopped) {
            try (FloeClient client = client()) {
                while (!stopped) {
                    long began = history.now();
                    try (QueryRows rows = client.query("SELECT count(*) FROM " + Columns.EVENTS)) {
                        history.write(
                                "read", "began", began, "count", rows.next().value(0));
                    }
                    LockSupport.parkNanos(READ_PAUSE.toNanos());
                }
            } catch (FloeException e) {
                LockSupport.parkNanos(READ_PAUSE.toNanos());
            }
        }
    }
}
