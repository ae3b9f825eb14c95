package dev.floe.storage.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the runs, a strategy keeps to one partition and its limits, and comes to rest. */
class CompactionStrategyTest {
    private static final long ROW_BYTES = 20;
    private static final int MERGES_MAX = 500;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 200));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void comesToRestWithinItsLimits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CompactionSettings settings = CompactionSettings.of(Map.of(
                "compaction.strategy",
                List.of("size-tiered", "dv-ratio", "age").get(random.nextInt(3)),
                "compaction.runs-min",
                "" + (2 + random.nextInt(7)),
                "compaction.target-bytes",
                "" + (1 + random.nextInt(50_000_000)),
                "compaction.rows-max",
                "" + (1 + random.nextInt(3_000_000))));
        CompactionStrategy strategy = CompactionStrategy.of(settings);
        List<RunStats> runs = new ArrayList<>();
        for (int number = 0; number < 60; number++) {
            long rows = 1 + random.nextLong(random.nextBoolean() ? 100 : 1_000_000);
            long dead = random.nextBoolean() ? 0 : random.nextLong(rows + 1);
            runs.add(run(number, "p" + random.nextInt(2), rows, dead));
        }
        int merges = 0;
        for (List<RunStats> picked = strategy.pick(runs); !picked.isEmpty(); picked = strategy.pick(runs)) {
            assertThat(++merges).isLessThan(MERGES_MAX);
            assertThat(picked)
                    .extracting(RunStats::partition)
                    .containsOnly(picked.get(0).partition());
            assertThat(picked).hasSizeLessThanOrEqualTo(settings.runsMax()).doesNotHaveDuplicates();
            long rows = picked.stream().mapToLong(RunStats::liveRows).sum();
            assertThat(rows).isLessThanOrEqualTo(settings.rowsMax());
            runs.removeAll(picked);
            if (rows > 0) {
                runs.add(run(1_000 + merges, picked.get(0).partition(), rows, 0));
            }
        }
    }

    /** Rows die and runs come all the while, as they do in a bucket that is written. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void wholeBucketRewritesEachRunOnceAndLeavesNoDeadRowInThem(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CompactionSettings settings = CompactionSettings.of(Map.of(
                "compaction.target-bytes",
                "" + (1 + random.nextInt(50_000_000)),
                "compaction.rows-max",
                "" + (1_000_000 + random.nextInt(3_000_000))));
        List<RunStats> runs = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            long rows = 1 + random.nextLong(random.nextBoolean() ? 100 : 1_000_000);
            long dead = random.nextBoolean() ? 0 : random.nextLong(rows + 1);
            runs.add(run(number, "p" + random.nextInt(2), rows, dead));
        }
        CompactionStrategy strategy = new WholeBucket(settings);
        int number = 200;
        for (List<RunStats> picked = strategy.pick(runs); !picked.isEmpty(); picked = strategy.pick(runs)) {
            assertThat(picked)
                    .extracting(RunStats::partition)
                    .containsOnly(picked.get(0).partition());
            assertThat(picked).extracting(RunStats::number).allMatch(merged -> merged < 200);
            assertThat(picked.stream().mapToLong(RunStats::liveRows).sum()).isLessThanOrEqualTo(settings.rowsMax());
            runs.removeAll(picked);
            runs.add(run(number++, picked.get(0).partition(), 1_000, 500));
            runs.add(run(number++, "p0", 10, 1));
        }
        for (String partition : List.of("p0", "p1")) {
            List<RunStats> left = runs.stream()
                    .filter(run -> run.number() < 200 && run.partition().equals(partition))
                    .toList();
            assertThat(left).allMatch(run -> run.deadRows() == 0);
            long smallestTwo = left.stream()
                    .filter(run -> run.liveBytes() < settings.targetBytes())
                    .mapToLong(RunStats::rows)
                    .sorted()
                    .limit(2)
                    .reduce((one, other) -> one + other)
                    .orElse(0);
            boolean two = left.stream()
                            .filter(run -> run.liveBytes() < settings.targetBytes())
                            .count()
                    > 1;
            assertThat(two && smallestTwo <= settings.rowsMax())
                    .as("small runs that would fit one merge")
                    .isFalse();
        }
    }

    @Test
    void mergesRunsOfOneSizeOnceThereAreEnough() {
        CompactionStrategy strategy = CompactionStrategy.of(CompactionSettings.defaults());
        List<RunStats> runs = new ArrayList<>(List.of(run(100, "p", 1_000_000, 0)));
        for (int number = 0; number < 7; number++) {
            runs.add(run(number, "p", 1_000, 0));
        }
        assertThat(strategy.pick(runs)).isEmpty();

        runs.add(run(7, "p", 1_000, 0));

        assertThat(strategy.pick(runs)).hasSize(8).extracting(RunStats::rows).containsOnly(1_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"size-tiered", "dv-ratio"})
    void rewritesARunOfWhichTooMuchIsDead(String name) {
        CompactionStrategy strategy = strategy("compaction.strategy", name);
        RunStats worn = run(1, "p", 1_000, 300);

        assertThat(strategy.pick(List.of(run(0, "p", 1_000, 299), worn))).containsExactly(worn);
    }

    @Test
    void ageMergesOnlyWhatIsOldEnough() {
        CompactionStrategy strategy = CompactionStrategy.of(
                CompactionSettings.of(Map.of("compaction.strategy", "age", "compaction.age-min", "PT1M")));
        RunStats old = new RunStats(0, "p", 100, 10, 0, 60_000, false);
        RunStats older = new RunStats(1, "p", 100, 10, 0, 90_000, false);
        RunStats young = new RunStats(2, "p", 100, 10, 0, 59_999, false);

        assertThat(strategy.pick(List.of(old, young, older))).containsExactly(older, old);
    }

    @Test
    void leavesFullRunsBe() {
        CompactionStrategy strategy = strategy("compaction.runs-min", "2");
        RunStats full = new RunStats(0, "p", 100, 10, 0, 0, true);
        RunStats alsoFull = new RunStats(1, "p", 100, 10, 0, 0, true);

        assertThat(strategy.pick(List.of(full, alsoFull))).isEmpty();
    }

    @Test
    void noneMergesNothing() {
        assertThat(strategy("compaction.strategy", "none").pick(List.of(run(0, "p", 10, 10))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "compaction.strategy, largest-first",
        "compaction.runs-min, 1",
        "compaction.runs-min, 4294967298",
        "compaction.runs-min, many",
        "compaction.target-bytes, 0",
        "compaction.rows-max, -1",
        "compaction.dead-ratio-max, 0",
        "compaction.dead-ratio-max, NaN",
        "compaction.dead-ratio-max, half",
        "compaction.age-min, 1h"
    })
    void refusesSettingsThatDoNotFit(String property, String value) {
        assertThatThrownBy(() -> CompactionSettings.of(Map.of(property, value)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static CompactionStrategy strategy(String property, String value) {
        return CompactionStrategy.of(CompactionSettings.of(Map.of(property, value)));
    }

    private static RunStats run(int number, String partition, long rows, long dead) {
        return new RunStats(number, partition, rows * ROW_BYTES, rows, dead, 7_200_000, false);
    }
}
