package dev.floe.it.fire;

import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableSnapshot;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One reader of what is there now: asks at latest, or at a token, and holds each answer against the scene.books(). */
final class Session {
    static final String ROWS = "SELECT " + String.join(", ", Accounts.COLUMNS) + " FROM " + Accounts.TABLE;

    private static final int KEYS_MAX = 300;
    private static final int SQL_KINDS = 7;
    private static final long ACK_SECONDS_MAX = 10;

    private final Scene scene;
    private final String name;
    private final Service service;
    private final @Nullable FloeClient keys;
    private final SplittableRandom random;
    private int turn;

    /** Without a client for keys it reads by SQL at latest only; {@code turn} says which kind of read comes first. */
    Session(Scene scene, String name, Service service, @Nullable FloeClient keys, int turn) {
        this.scene = scene;
        this.name = name;
        this.service = service;
        this.keys = keys;
        this.turn = turn;
        this.random = scene.random(turn);
    }

    /** A cut to read at, and the batches that it has at least. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Cut(String name, ReadAt at, int[] floors) {
        /** What such a read saw is there for each one that begins later. */
        boolean isLatest() {
            return at instanceof ReadAt.Latest;
        }
    }

    /** Asks one question; all kinds come in turn, at latest and at a token. */
    void ask() {
        int kinds = keys == null ? SQL_KINDS : SQL_KINDS + 3;
        turn++;
        Cut cut = cut(keys != null && turn / kinds % 2 == 1);
        try {
            switch (turn % kinds) {
                case 0 -> select(cut, "all rows", "", List.of(), Books.Scope.ALL);
                case 1 -> ofOneWriter(cut);
                case 2 -> {
                    long most = random.nextLong(2 * Accounts.BALANCE);
                    select(
                            cut,
                            "by balance",
                            " WHERE balance <= ?",
                            List.of(most),
                            (id, version, balance) -> balance <= most);
                }
                case 3 -> {
                    int tag = random.nextInt(Accounts.TAGS);
                    select(
                            cut,
                            "by index",
                            " WHERE tag = " + tag,
                            List.of(),
                            (id, version, balance) -> Accounts.tag(id, version) == tag);
                }
                case 4 -> byKeys(cut);
                case 5 -> sums(cut);
                case 6 -> twice(cut);
                case 7 -> getAtOnce();
                default -> get(cut, someIds(random.nextBoolean() ? 1 : 1 + random.nextInt(KEYS_MAX)), "Get");
            }
        } catch (FloeException e) {
            if (e.code() == ErrorCode.OVERLOADED) {
                scene.findings().refused(name + " OVERLOADED");
            } else {
                scene.findings().violation(name + ", at " + cut.name + ": " + e);
            }
        } catch (SQLException e) {
            scene.findings().violation(name + ", at " + cut.name + ": " + e);
        }
    }

    private Cut cut(boolean atToken) {
        Teller.Acked acked = scene.newestOfAny(random);
        if (acked == null || !atToken) {
            return new Cut("latest", new ReadAt.Latest(), scene.books().floors());
        }
        return new Cut("token", new ReadAt.AtToken(acked.token()), Books.floorsOf(acked.writer(), acked.batch()));
    }

    private void ofOneWriter(Cut cut) throws SQLException {
        int writer = random.nextInt(Accounts.WRITERS);
        long from = Accounts.firstId(writer);
        long to = Accounts.firstId(writer + 1);
        select(
                cut,
                "of one writer",
                " WHERE id >= ? AND id < ?",
                List.of(from, to),
                (id, version, balance) -> id >= from && id < to);
    }

    private void byKeys(Cut cut) throws SQLException {
        Set<Long> ids = someIds(random.nextInt(3) == 0 ? 40 : 1);
        StringBuilder where = new StringBuilder(" WHERE id IN (?");
        where.append(", ?".repeat(ids.size() - 1)).append(")");
        select(cut, "by keys", where.toString(), List.copyOf(ids), (id, version, balance) -> ids.contains(id));
    }

    private Set<Long> someIds(int count) {
        Set<Long> ids = new HashSet<>();
        while (ids.size() < count) {
            ids.add(scene.books()
                    .accounts()
                    .id(random.nextInt(scene.books().accounts().count())));
        }
        return ids;
    }

    /** Accounts of a batch at the moment of its ack: what is in no snapshot yet, and hardly in the log's tail. */
    private void getAtOnce() {
        Teller.Acked acked = scene.tellers()
                .get(random.nextInt(Accounts.WRITERS))
                .upcoming()
                .completeOnTimeout(null, ACK_SECONDS_MAX, TimeUnit.SECONDS)
                .join();
        if (acked == null) {
            return;
        }
        Cut cut = new Cut("latest", new ReadAt.Latest(), scene.books().floors());
        int ledger = Accounts.ledger(acked.writer(), random.nextInt(Accounts.BUCKETS));
        Set<Long> ids = new HashSet<>();
        for (int slot : scene.books()
                .ledger(ledger)
                .changes(acked.batch() - 1, acked.batch())
                .get(0)
                .slots()) {
            ids.add(scene.books().accounts().id(ledger, slot));
        }
        get(cut, ids, "Get after an ack");
    }

    private void get(Cut cut, Set<Long> ids, String what) {
        List<Object[]> wanted = ids.stream().map(id -> new Object[] {id}).toList();
        long began = System.nanoTime();
        List<Optional<Row>> rows = Objects.requireNonNull(keys)
                .get(new KeyLookup(Accounts.TABLE, List.of("id"), wanted, Accounts.COLUMNS, cut.at));
        String kind = what + ", at " + cut.name;
        scene.findings().answered(kind, System.nanoTime() - began);
        Answer answer = new Answer(scene.books().accounts());
        for (int i = 0; i < rows.size(); i++) {
            Object id = wanted.get(i)[0];
            rows.get(i).ifPresent(row -> {
                answer.add(row.values());
                if (!id.equals(row.value(0))) {
                    scene.findings().violation(kind + ": asked for " + id + ", got " + row);
                }
            });
        }
        verdict(kind, cut, answer, (id, version, balance) -> ids.contains(id));
    }

    private void select(Cut cut, String what, String where, List<Object> parameters, Books.Scope scope)
            throws SQLException {
        String kind = name + " " + what + ", at " + cut.name;
        Service.Reply reply = timed(kind, ROWS + where, parameters, cut);
        Answer answer = new Answer(scene.books().accounts());
        reply.rows().forEach(answer::add);
        reply.snapshot()
                .filter(snapshot -> !snapshot.notice().isEmpty())
                .ifPresent(snapshot -> scene.findings().violation(kind + ": " + snapshot.notice()));
        int[] floors = reply.snapshot()
                .map(TableSnapshot::snapshotId)
                .map(scene.snapshots()::floors)
                .map(known -> greater(known, cut.floors))
                .orElse(cut.floors);
        verdict(kind, new Cut(cut.name, cut.at, floors), answer, scope);
    }

    private void verdict(String kind, Cut cut, Answer answer, Books.Scope scope) {
        Books.Verdict verdict = scene.books().check(answer, scope, cut.floors);
        verdict.wrong().forEach(what -> scene.findings().violation(kind + ": " + what));
        if (cut.isLatest()) {
            verdict.found().ifPresent(scene.books()::saw);
        }
    }

    private static int[] greater(int[] one, int[] other) {
        int[] greater = one.clone();
        for (int i = 0; i < greater.length; i++) {
            greater[i] = Math.max(one[i], other[i]);
        }
        return greater;
    }

    /** Transfers move money within one bucket, so that no cut has more or less of it. */
    private void sums(Cut cut) throws SQLException {
        String kind = name + " sums, at " + cut.name;
        Service.Reply reply = timed(
                kind,
                "SELECT bucket, SUM(balance), COUNT(*), COUNT(DISTINCT id) FROM accounts GROUP BY bucket",
                List.of(),
                cut);
        long expected = Accounts.BALANCE * scene.books().accounts().count() / Accounts.BUCKETS;
        if (reply.rows().size() != Accounts.BUCKETS) {
            scene.findings().violation(kind + ": " + reply.rows().size() + " buckets");
        }
        for (@Nullable Object[] row : reply.rows()) {
            if (Answer.number(row[1]) != expected || Answer.number(row[2]) != Answer.number(row[3])) {
                scene.findings()
                        .violation(kind + ": bucket " + row[0] + " has the sum " + row[1] + " and not " + expected
                                + ", in " + row[2] + " rows of " + row[3] + " accounts");
            }
        }
    }

    /** A statement that reads the table twice sees it at one cut. */
    private void twice(Cut cut) throws SQLException {
        String kind = name + " joined to itself, at " + cut.name;
        Service.Reply reply = timed(
                kind,
                "SELECT COUNT(*), SUM(CASE WHEN a.version = b.version THEN 0 ELSE 1 END),"
                        + " SUM(CASE WHEN b.id IS NULL THEN 1 ELSE 0 END), SUM(a.balance)"
                        + " FROM accounts a LEFT JOIN accounts b ON a.id = b.id AND a.balance = b.balance",
                List.of(),
                cut);
        @Nullable Object[] row = reply.rows().get(0);
        long expected = Accounts.BALANCE * scene.books().accounts().count();
        if (Answer.number(row[1]) != 0 || Answer.number(row[2]) != 0 || Answer.number(row[3]) != expected) {
            scene.findings()
                    .violation(kind + ": of " + row[0] + " rows " + row[1] + " have another version in the same query, "
                            + row[2] + " none, and the sum is " + row[3] + " and not " + expected);
        }
    }

    private Service.Reply timed(String kind, String sql, List<Object> parameters, Cut cut) throws SQLException {
        long began = System.nanoTime();
        Service.Reply reply = service.query(sql, parameters, cut.at);
        scene.findings().answered(kind, System.nanoTime() - began);
        return reply;
    }
}
