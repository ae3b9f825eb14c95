package dev.floe.it.fire;

import dev.floe.client.Ack;
import dev.floe.client.ColumnarRows;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.client.Token;
import dev.floe.client.WriterSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Moves money between accounts of one writer that are in one bucket, some in each of its buckets with every batch.
 *
 * <p>An account that gives all away may be deleted, one that is not there may receive. Now and then a batch has a row
 * with a wrong balance, and the right one for the same account behind it. Nine of ten rows are of a tenth of the
 * accounts.
 */
final class Teller implements AutoCloseable {
    /** Accounts of each ledger that a batch changes. */
    static final int ROWS_A_LEDGER = 20;

    private static final int IN_FLIGHT_MAX = 16;

    private final Books books;
    private final int writer;
    private final TableWriter out;
    private final SplittableRandom random;
    private final Findings findings;
    private final Deque<CompletableFuture<?>> inFlight = new ArrayDeque<>();
    private volatile CompletableFuture<Acked> upcoming = new CompletableFuture<>();
    private volatile @Nullable Acked newest;

    Teller(Books books, Findings findings, int writer, FloeClient client, long seed) {
        this.books = books;
        this.findings = findings;
        this.writer = writer;
        this.out = client.writer(Accounts.TABLE, WriterSettings.defaults().withInFlightBatchesMax(IN_FLIGHT_MAX));
        this.random = new SplittableRandom(seed);
    }

    /** A batch that is durable, with its token. */
    record Acked(int writer, int batch, Token token) {}

    /** The newest batch that is acked, with those before it; null before the first. */
    @Nullable
    Acked newest() {
        return newest;
    }

    /** Complete as soon as the next ack comes. */
    CompletableFuture<Acked> upcoming() {
        return upcoming.copy();
    }

    /** Opens all accounts, in one batch. */
    void open() {
        int[] slots = IntStream.range(0, books.accounts().perLedger()).toArray();
        long[] balances = new long[slots.length];
        Arrays.fill(balances, Accounts.BALANCE);
        send(IntStream.range(0, Accounts.BUCKETS)
                .mapToObj(bucket -> new Ledger.Change(slots, balances))
                .toList());
        settle();
    }

    /** Sends a batch of transfers; waits while too many have no ack. */
    void transfer() {
        List<Ledger.Change> changes = new ArrayList<>();
        for (int bucket = 0; bucket < Accounts.BUCKETS; bucket++) {
            changes.add(transfers(ledger(bucket).newest()));
        }
        send(changes);
    }

    private Ledger ledger(int bucket) {
        return books.ledger(Accounts.ledger(writer, bucket));
    }

    private Ledger.Change transfers(Ledger.Page page) {
        int accounts = page.versions.length;
        Set<Integer> chosen = new HashSet<>();
        while (chosen.size() < ROWS_A_LEDGER) {
            chosen.add(random.nextInt(random.nextInt(10) == 0 ? accounts : accounts / 10));
        }
        int[] slots = chosen.stream().mapToInt(Integer::intValue).toArray();
        long[] balances = new long[slots.length];
        for (int i = 0; i + 1 < slots.length; i += 2) {
            long sum = page.balances[slots[i]] + page.balances[slots[i + 1]];
            boolean all = random.nextInt(8) == 0;
            balances[i] = all ? sum : random.nextLong(sum + 1);
            balances[i + 1] = sum - balances[i];
            if (all && page.versions[slots[i + 1]] != 0) {
                balances[i + 1] = Ledger.DELETED;
            }
        }
        return new Ledger.Change(slots, balances);
    }

    private void send(List<Ledger.Change> changes) {
        int batch = 0;
        for (int bucket = 0; bucket < changes.size(); bucket++) {
            batch = ledger(bucket).add(changes.get(bucket));
        }
        int number = batch;
        inFlight.add(out.append(rows(changes, number), Operation.UPSERT)
                .handle((ack, failure) -> take(number, ack, failure)));
        while (Objects.requireNonNull(inFlight.peek()).isDone() && inFlight.size() > 1) {
            inFlight.remove();
        }
    }

    /** Waits for all acks. */
    void settle() {
        CompletableFuture.allOf(inFlight.toArray(CompletableFuture[]::new)).join();
    }

    private @Nullable Void take(int batch, @Nullable Ack ack, @Nullable Throwable failure) {
        if (ack == null || ack.rowsRefused() > 0) {
            findings.violation("batch " + batch + " of writer " + writer + " is not stored: " + ack + ", " + failure);
            return null;
        }
        for (int bucket = 0; bucket < Accounts.BUCKETS; bucket++) {
            ledger(bucket).ack(batch);
        }
        Acked acked = new Acked(writer, batch, ack.token());
        newest = acked;
        CompletableFuture<Acked> awaited = upcoming;
        upcoming = new CompletableFuture<>();
        awaited.complete(acked);
        return null;
    }

    private ColumnarRows rows(List<Ledger.Change> changes, int version) {
        RowsOfBatch rows = new RowsOfBatch(version);
        for (int bucket = 0; bucket < changes.size(); bucket++) {
            Ledger.Change change = changes.get(bucket);
            for (int i = 0; i < change.slots().length; i++) {
                long id = books.accounts().id(Accounts.ledger(writer, bucket), change.slots()[i]);
                if (random.nextInt(50) == 0) {
                    rows.add(id, bucket, 1_000_000_000L);
                }
                rows.add(id, bucket, change.balances()[i]);
            }
        }
        return rows.build();
    }

    /** Columns of a batch in the making. */
    private static final class RowsOfBatch {
        private final int version;
        private final List<Long> ids = new ArrayList<>();
        private final List<Integer> buckets = new ArrayList<>();
        private final List<Long> balances = new ArrayList<>();

        RowsOfBatch(int version) {
            this.version = version;
        }

        void add(long id, int bucket, long balance) {
            ids.add(id);
            buckets.add(bucket);
            balances.add(balance);
        }

        ColumnarRows build() {
            int count = ids.size();
            long[] versions = new long[count];
            Arrays.fill(versions, version);
            return ColumnarRows.builder(count)
                    .longs("id", ids.stream().mapToLong(Long::longValue).toArray())
                    .ints("bucket", buckets.stream().mapToInt(Integer::intValue).toArray())
                    .longs(
                            "balance",
                            balances.stream().mapToLong(Long::longValue).toArray())
                    .longs("version", versions)
                    .ints(
                            "tag",
                            ids.stream()
                                    .mapToInt(id -> Accounts.tag(id, version))
                                    .toArray())
                    .strings(
                            "note",
                            ids.stream().map(id -> Accounts.note(id, version)).toArray(String[]::new))
                    .operations(balances.stream()
                            .map(balance -> balance == Ledger.DELETED ? Operation.DELETE : Operation.UPSERT)
                            .toArray(Operation[]::new))
                    .build();
        }
    }

    @Override
    public void close() {
        out.close();
    }
}
