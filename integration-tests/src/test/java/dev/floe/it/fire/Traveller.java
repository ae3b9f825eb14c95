package dev.floe.it.fire;

import dev.floe.client.ReadAt;
import dev.floe.client.TableSnapshot;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Reads snapshots: the newest, the newest that contains an ack, one by its id, the one of a time; and again later. */
final class Traveller {
    private final Scene scene;
    private final Service service;
    private final Duration kept;
    private final SplittableRandom random;
    private int turn;

    /** {@code kept}: so long no snapshot expires. */
    Traveller(Scene scene, Service service, Duration kept) {
        this.scene = scene;
        this.service = service;
        this.kept = kept;
        this.random = scene.random(-1);
    }

    void ask() {
        Instant began = Instant.now();
        try {
            switch (turn++ % 4) {
                case 0 ->
                    read("committed", new ReadAt.Committed(), scene.snapshots().newestFloors());
                case 1 -> containing();
                case 2 -> {
                    Optional<Snapshots.Known> any = any(began);
                    if (any.isPresent()) {
                        long id = any.get().id();
                        same("snapshot", new ReadAt.AtSnapshot(id), id);
                    }
                }
                default -> {
                    Optional<Snapshots.Known> any = any(began);
                    if (any.isPresent()) {
                        Instant time = any.get().committedAt();
                        same("time", new ReadAt.AtTime(time), any.get().id());
                        between(time.plusMillis(random.nextInt(1_000)));
                    }
                }
            }
        } catch (FloeException e) {
            if (e.code() == ErrorCode.SNAPSHOT_NOT_FOUND) {
                // only where an old one was asked for
                scene.findings().refused("expired");
            } else if (e.code() == ErrorCode.OVERLOADED) {
                scene.findings().refused("time travel OVERLOADED");
            } else {
                scene.findings().violation("time travel: " + e);
            }
        } catch (SQLException e) {
            scene.findings().violation("time travel: " + e);
        }
    }

    private Optional<Snapshots.Known> any(Instant now) {
        return scene.snapshots().any(random.nextInt(4) == 0 ? Instant.EPOCH : now.minus(kept.dividedBy(2)), random);
    }

    private void containing() throws SQLException {
        Teller.Acked acked = scene.newestOfAny(random);
        if (acked != null) {
            read("containing", new ReadAt.Containing(acked.token()), Books.floorsOf(acked.writer(), acked.batch()));
        }
    }

    /** The snapshot that was asked for, with what it had when it was read before. */
    private void same(String kind, ReadAt at, long id) throws SQLException {
        Optional<TableSnapshot> found = read(kind, at, scene.snapshots().floors(id));
        if (found.isPresent() && found.get().snapshotId() != id) {
            scene.findings().violation(kind + ": asked for snapshot " + id + ", got " + found.get());
        }
    }

    /** A time twice, at which a snapshot may have been current that was not read yet. */
    private void between(Instant time) throws SQLException {
        if (time.isAfter(Instant.now().minus(kept.dividedBy(10)))) {
            return;
        }
        Optional<TableSnapshot> first = read("time", new ReadAt.AtTime(time), new int[Accounts.LEDGERS]);
        Optional<TableSnapshot> second = read("time", new ReadAt.AtTime(time), new int[Accounts.LEDGERS]);
        if (first.isPresent()
                && second.isPresent()
                && (first.get().snapshotId() != second.get().snapshotId()
                        || first.get().committedAt().isAfter(time))) {
            scene.findings().violation("time " + time + ": " + first.get() + ", then " + second.get());
        }
    }

    /** Reads all rows of a snapshot; the header that the answer had. */
    private Optional<TableSnapshot> read(String kind, ReadAt at, int[] floors) throws SQLException {
        long began = System.nanoTime();
        Instant asked = Instant.now();
        Service.Reply reply;
        try {
            reply = service.query(Session.ROWS, List.of(), at);
        } catch (FloeException e) {
            if (e.code() == ErrorCode.SNAPSHOT_NOT_FOUND && isKept(at, asked)) {
                scene.findings().violation(kind + ": " + at + " is gone before its time: " + e);
            }
            throw e;
        }
        scene.findings().answered("all rows, at " + kind, System.nanoTime() - began);
        TableSnapshot snapshot = reply.snapshot().orElseThrow();
        Answer answer = new Answer(scene.books().accounts());
        reply.rows().forEach(answer::add);
        Books.Verdict verdict = scene.books().check(answer, Books.Scope.ALL, floors);
        verdict.wrong().forEach(what -> scene.findings().violation(kind + " " + at + ": " + what));
        verdict.found()
                .ifPresent(cut -> scene.snapshots()
                        .add(snapshot, cut)
                        .forEach(what -> scene.findings().violation(kind + " " + at + ": " + what)));
        return Optional.of(snapshot);
    }

    /** True where what was asked for can't have expired. */
    private boolean isKept(ReadAt at, Instant asked) {
        if (at instanceof ReadAt.AtSnapshot wanted) {
            return scene.snapshots().isSince(wanted.snapshotId(), asked.minus(kept.dividedBy(2)));
        }
        return !(at instanceof ReadAt.AtTime wanted) || wanted.time().isAfter(asked.minus(kept.dividedBy(2)));
    }
}
