package dev.floe.it.chaos;

import dev.floe.client.ColumnChange;
import dev.floe.client.FloeClient;
import dev.floe.client.ServerStatus.ComponentState;
import dev.floe.core.error.FloeException;
import dev.floe.it.RawCatalog;
import dev.floe.it.StandaloneProcess;
import dev.floe.it.chaos.Fault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Does faults to an installation while clients write to it, in an order that its seed decides.
 *
 * <p>Each fault is in {@code nemesis.jsonl} with whether it came to be. What is down is up again when {@link #run}
 * returns. A fault whose own expectation fails, such as a zombie that is not refused, is a violation there.
 */
final class Nemesis {
    private static final int TIMES_MAX = 4;
    private static final String KEPT = "kept-checkpoint";
    private static final int RETRIES_MAX = 3;
    private static final Duration LIFE_MIN = Duration.ofSeconds(3);
    private static final Duration FAULT_MAX = Duration.ofMinutes(1);
    private static final Duration FENCED_MAX = Duration.ofMinutes(3);
    private static final List<String> SQL_STATES = List.of("", "57P01", "08006", "08007");

    private final Installation floe;
    private final Workload workload;
    private final Journal journal;
    private final Journal history;
    private final SplittableRandom random;
    private final Path folder;
    private int changes;
    private int retriesLeft = RETRIES_MAX;

    Nemesis(
            Installation floe,
            Workload workload,
            Journal journal,
            Journal history,
            SplittableRandom random,
            Path folder) {
        this.floe = floe;
        this.workload = workload;
        this.journal = journal;
        this.history = history;
        this.random = random;
        this.folder = folder;
    }

    /** Does all the faults but those at the end, each once, in an order of its own. */
    void run(List<Fault> faults) throws IOException {
        List<Fault> order = new ArrayList<>(
                faults.stream().filter(fault -> fault.kind() != Kind.AT_THE_END).toList());
        Collections.shuffle(order, new Random(random.nextLong()));
        List<Fault> whileDown = new ArrayList<>(
                order.stream().filter(fault -> fault.kind() == Kind.WHILE_DOWN).toList());
        order.removeAll(whileDown);
        for (int i = 0; i < order.size(); i++) {
            LockSupport.parkNanos(Duration.ofMillis(random.nextInt(700)).toNanos());
            Fault fault = order.get(i);
            if (random.nextInt(4) == 0) {
                DataDamage.keepCheckpoint(floe.checkpoints(), folder.resolve(KEPT));
            }
            boolean done = act(fault);
            note(fault, done);
            if (!floe.standalone().isAlive()) {
                long livesLeft = order.subList(i + 1, order.size()).stream()
                        .filter(left -> left.kind() == Kind.STANDALONE_DIES)
                        .count();
                damage(whileDown, livesLeft);
                floe.startStandalone();
            }
            if (!floe.gateway().isAlive()) {
                floe.startGateway();
            }
        }
        while (!whileDown.isEmpty()) {
            LockSupport.parkNanos(LIFE_MIN.toNanos());
            floe.killStandalone();
            damage(whileDown, 0);
            floe.startStandalone();
        }
    }

    private void note(Fault fault, boolean done) {
        journal.write("fault", "fault", fault.name(), "row", fault.row(), "place", fault.place(), "done", done);
    }

    /** One damage between two lives, soon enough that all come to be. */
    private void damage(List<Fault> whileDown, long livesLeft) throws IOException {
        if (whileDown.isEmpty()) {
            return;
        }
        Fault next = whileDown.get(0);
        boolean must = whileDown.size() > livesLeft;
        if (!must && random.nextInt(3) == 0) {
            return;
        }
        whileDown.remove(0);
        Path kept = folder.resolve(KEPT);
        boolean done = switch (next) {
            case CHECKPOINT_TORN -> DataDamage.tearCheckpoint(floe.checkpoints(), random);
            case LOG_TORN -> DataDamage.tearLog(floe.data().resolve("kafka"), random);
            case OLDER_CHECKPOINT -> DataDamage.restoreCheckpoint(floe.checkpoints(), kept);
            default -> {
                DataDamage.delete(floe.checkpoints());
                yield true;
            }
        };
        note(next, done);
        if (!done && retriesLeft > 0) {
            // a table rolled back leaves checkpoints of before behind: keep one of now for later
            retriesLeft--;
            DataDamage.keepCheckpoint(floe.checkpoints(), kept);
            whileDown.add(next);
        }
    }

    private boolean act(Fault fault) throws IOException {
        String order = fault.place() + " " + (1 + random.nextInt(TIMES_MAX));
        return switch (fault.kind()) {
            case STANDALONE_DIES -> dies(floe.standalone(), () -> floe.order("halt " + order));
            case GATEWAY_DIES -> dies(floe.gateway(), () -> floe.orderOfGateway("halt " + order));
            case THROWS -> comesToBe("throw " + order);
            case ACTION -> action(fault);
            case WHILE_DOWN, AT_THE_END -> throw new IllegalArgumentException("not while all is up: " + fault);
        };
    }

    private static boolean dies(StandaloneProcess process, Runnable order) {
        order.run();
        boolean died = process.endedWithChildren(FAULT_MAX);
        boolean byItself = died && process.exitCode() == 137;
        process.kill();
        return byItself;
    }

    private boolean comesToBe(String order) {
        floe.order(order);
        return floe.isDone(FAULT_MAX);
    }

    private boolean action(Fault fault) throws IOException {
        return switch (fault) {
            case GATEWAY_KILL -> {
                floe.killGateway();
                yield true;
            }
            case BROKER_KILL -> {
                floe.standalone().killBroker();
                yield true;
            }
            case EVERYTHING_KILLED -> {
                floe.killStandalone();
                floe.killGateway();
                yield true;
            }
            case ANSWER_LOST -> comesToBe("lose catalog.answer 1 " + SQL_STATES.get(random.nextInt(SQL_STATES.size())));
            case NOTIFICATIONS_LOST -> comesToBe("lose committer.notification " + (1 + random.nextInt(TIMES_MAX)));
            case COLUMNS_CHANGE -> changeColumns();
            case ZOMBIE -> rival(true);
            case TWO_JOBS -> rival(false);
            case TABLE_ROLLED_BACK -> rollBack();
            default -> throw new IllegalArgumentException("no action: " + fault);
        };
    }

    /** F33: a step of changes to both tables, over whichever server. */
    private boolean changeColumns() {
        try (FloeClient client = workload.client()) {
            for (String table : List.of(Columns.EVENTS, Columns.STATE)) {
                client.catalog().alterTable("", table, step(changes));
            }
            changes++;
            return true;
        } catch (FloeException e) {
            journal.write("info", "what", "columns change", "why", e.toString());
            return false;
        }
    }

    private static List<ColumnChange> step(int number) {
        return switch (number) {
            case 0 -> List.of(ColumnChange.Add.last("extra", "string"), new ColumnChange.Rename("text", "note"));
            case 1 -> List.of(new ColumnChange.Widen("wide", "long"), new ColumnChange.MakeOptional("n"));
            case 2 -> List.of(new ColumnChange.Drop("spare"), ColumnChange.Add.last("text", "string"));
            case 3 -> List.of(new ColumnChange.Move("note", new ColumnChange.Place.First()));
            default -> List.of(ColumnChange.Add.last("more" + number, "string"));
        };
    }

    /**
     * F23 and F24: another job takes the tables over; the first, frozen meanwhile or not, stops with WRITER_FENCED and
     * takes them back when it is started again.
     */
    private boolean rival(boolean frozen) throws IOException {
        StandaloneProcess first = floe.standalone();
        // a job that did not begin yet would be the later one
        if (!comesToBe("lose committer.notification 1")) {
            return false;
        }
        if (frozen) {
            first.freeze();
        }
        StandaloneProcess rival = floe.startRival(folder.resolve(frozen ? "rival-of-zombie" : "rival"));
        boolean up = rival.serves(FENCED_MAX.toSeconds());
        if (frozen) {
            LockSupport.parkNanos(Duration.ofMillis(random.nextInt(2_000)).toNanos());
            first.thaw();
        }
        boolean fenced = up && Installation.within(FENCED_MAX, this::isFenced);
        rival.kill();
        if (up && !fenced) {
            journal.write("violation", "what", "the older job was not refused", "frozen", frozen);
        }
        first.kill();
        return up;
    }

    private boolean isFenced() {
        try (FloeClient client = workload.client()) {
            return client.catalog().status().components().stream()
                    .map(ComponentState::detail)
                    .anyMatch(detail -> detail.contains("WRITER_FENCED"));
        } catch (FloeException e) {
            return false;
        }
    }

    /** F38: the table is set back to one of its last snapshots; the job writes again what it lost. */
    private boolean rollBack() {
        history.write("rolling-back", "table", Columns.EVENTS);
        boolean done = RawCatalog.rollBack(floe.data(), Columns.EVENTS, random);
        history.write("rolled-back", "table", Columns.EVENTS);
        return done;
    }
}
