package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.commit.Guards.Guard;
import dev.floe.storage.commit.ModelWorld.Schedule;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.iceberg.exceptions.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In every snapshot the files of each bucket hold each entry of the log once, up to the bucket's offset, and each
 * file has the vector that the last change gave it; and a job left in peace brings every bucket to its log's end.
 *
 * <p>Jobs read, flush and checkpoint; checkpoints abort, barriers overtake changes; notifications come late or never;
 * jobs die, restart from the newest checkpoint, an older one or none, and come back as zombies, also while another
 * commits; the catalog fails before and after a commit lands; a person rolls the table back or swaps it for another,
 * and the log is wiped and begins anew. The committer is the real one, over Iceberg's catalog in memory.
 *
 * <p>The same schedules, with one guard taken out of the committer, find what that guard is there for; among them
 * are the defects known of other sinks.
 */
class CommitterModelTest {
    private static final int STEPS = 60;
    private static final int SEEDS_TO_FIND_MAX = 1_500;
    private static final int CALM_SEEDS = 12;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 30));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everySnapshotHoldsEachEntryOnce(long seed) {
        run(seed, Guards.ALL, Schedule.STORMY);
    }

    @ParameterizedTest(name = "without {0}")
    @EnumSource
    void noGuardCanBeTakenOutUnnoticed(Guard guard) {
        assertThat(firstFailure(Schedule.STORMY, guard))
                .as("a schedule that goes wrong without %s", guard)
                .isPresent();
    }

    /** The numbers are of issues of apache/iceberg. */
    @ParameterizedTest(name = "iceberg#{0}: {3}")
    @CsvSource({
        "14425, PLAN_HOLDS_AT_COMMIT, STORMY, an earlier attempt lands between look and commit",
        "18098, OFFSETS_NOT_CHECKPOINTS, STATELESS, checkpoints count from 1 again after a start without state",
        "16008, OFFSETS_OF_EVERY_RUN, CALM, the next run does not know the commits of the one before",
        "17494, CONFLICTS_REWIND, STORMY, the job runs on and nothing is committed any more",
        "10892, OFFSETS_NOT_CHECKPOINTS, OLDER_CHECKPOINTS, an older savepoint has lower checkpoint numbers"
    })
    void findsTheDefectsOfOtherSinks(int issue, Guard guard, Schedule schedule, String defect) {
        assertThat(firstFailure(schedule, guard))
                .as("iceberg#%d: %s", issue, defect)
                .isPresent();
    }

    /**
     * iceberg#15846: a barrier overtakes changes, and they are lost.
     *
     * <p>A bucket that opens again waits for them in vain. Where it need not, because changes need not continue the
     * table either, they are missing; in calm schedules that check is not needed for anything else.
     */
    @Test
    void findsThatLateChangesAreLost() {
        assertThat(firstFailure(Schedule.CALM, Guard.CHANGES_CONTINUE)).isEmpty();
        assertThat(firstFailure(Schedule.CALM, Guard.LATE_CHANGES_COUNT)).isPresent();
        assertThat(firstFailure(Schedule.CALM, Guard.LATE_CHANGES_COUNT, Guard.CHANGES_CONTINUE))
                .isPresent();
    }

    private static Optional<Long> firstFailure(Schedule schedule, Guard... removed) {
        for (long seed = 0; seed < (schedule == Schedule.CALM ? CALM_SEEDS : SEEDS_TO_FIND_MAX); seed++) {
            try {
                run(seed, Guards.without(removed), schedule);
            } catch (AssertionError | ValidationException e) { // Iceberg refuses to plan some broken tables
                return Optional.of(seed);
            }
        }
        return Optional.empty();
    }

    private static void run(long seed, Guards guards, Schedule schedule) {
        ModelWorld world = new ModelWorld(seed, guards, schedule);
        for (int step = 0; step < STEPS; step++) {
            world.step();
        }
        world.settle();
        new ModelCheck(world).run();
    }
}
