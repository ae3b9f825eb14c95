package dev.floe.it.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * One run from a seed: an installation, clients, faults, and the check of what is left.
 *
 * <pre>
 *   Workload ─► two gateways ─► log ─► job ─► tables ─► Checker
 *      └─ history.jsonl           Nemesis ─ nemesis.jsonl ─┘
 * </pre>
 */
final class ChaosRun {
    private static final Duration SETTLED_MAX = Duration.ofMinutes(4);
    private static final Duration VISIBLE_MAX = Duration.ofMinutes(3);
    private static final Duration WRITTEN_MIN = Duration.ofSeconds(3);
    private static final int COLUMN_CHANGES = 3;

    private final long seed;
    private final List<Fault> faults;
    private final Path folder;

    ChaosRun(long seed, List<Fault> faults, Path folder) {
        this.seed = seed;
        this.faults = List.copyOf(faults);
        this.folder = folder;
    }

    /** Runs for at least so long: all the faults once, and again until the time is over. */
    Checker.Findings run(Duration atLeast) throws IOException {
        Files.createDirectories(folder);
        SplittableRandom random = new SplittableRandom(seed);
        long began = System.nanoTime();
        try (Journal history = new Journal(folder.resolve(Journal.HISTORY));
                Journal journal = new Journal(folder.resolve(Journal.NEMESIS));
                Installation floe = new Installation(folder)) {
            journal.write("run", "seed", seed, "faults", faults);
            floe.startStandalone();
            FlinkUi.of(floe.standalone()).requireAlignedCheckpoints();
            floe.startGateway();
            Workload workload = new Workload(floe.gateways(), history, random.split());
            workload.createTables();
            Nemesis nemesis = new Nemesis(floe, workload, journal, history, random.split(), folder);
            workload.start();
            // clients that are stopped at once have written nothing
            LockSupport.parkNanos(WRITTEN_MIN.toNanos());
            do {
                nemesis.run(withColumnChanges());
            } while (System.nanoTime() - began < atLeast.toNanos());
            settle(workload, journal);
            LostGround lost = new LostGround(floe, workload, journal, random.split(), folder);
            for (Fault fault : faults) {
                if (fault.kind() == Fault.Kind.AT_THE_END) {
                    lost.act(fault);
                    settle(workload, journal);
                }
            }
            journal.write("end", "seconds", (System.nanoTime() - began) / 1_000_000_000);
        }
        return Checker.check(folder);
    }

    /** Columns change several times in a run, not once. */
    private List<Fault> withColumnChanges() {
        List<Fault> all = new ArrayList<>(faults);
        if (all.contains(Fault.COLUMNS_CHANGE)) {
            for (int i = 1; i < COLUMN_CHANGES; i++) {
                all.add(Fault.COLUMNS_CHANGE);
            }
        }
        return all;
    }

    /** Everything is up: all rows have to be acked, and soon to be seen. */
    private static void settle(Workload workload, Journal journal) {
        long began = System.nanoTime();
        if (!workload.settle(SETTLED_MAX)) {
            journal.write("violation", "what", "clients do not get their acks, " + SETTLED_MAX);
        }
        if (!workload.isVisible(VISIBLE_MAX)) {
            journal.write("violation", "what", "acked rows do not become visible, " + VISIBLE_MAX);
        }
        journal.write("healed", "ms-taken", (System.nanoTime() - began) / 1_000_000);
    }
}
