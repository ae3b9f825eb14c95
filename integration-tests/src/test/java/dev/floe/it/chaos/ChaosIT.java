package dev.floe.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was acked is in the tables once, whatever was killed, torn, lost or set back meanwhile.
 *
 * <p>By default one seed and the faults that found most; the profile {@code chaos} runs all faults with twenty seeds,
 * {@code -Dchaos.first=21 -Dchaos.seeds=5 -Dchaos.faults=F1,F22} what one likes, {@code -Dchaos.parallel=2} as many
 * at a time.
 */
class ChaosIT {
    private static final String SHORT_FORM = "BEFORE_ACK,MID_FLUSH,AFTER_CHECKPOINT,MID_COMMIT,MID_COMPACTION,"
            + "NOTIFICATIONS_LOST,ANSWER_LOST,COLUMNS_CHANGE,NO_CHECKPOINT,OLDER_CHECKPOINT";

    @TempDir
    Path temp = Path.of("");

    static LongStream seeds() {
        long first = Long.getLong("chaos.first", 1);
        return LongStream.range(first, first + Long.getLong("chaos.seeds", 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyAckedRowIsThereOnce(long seed) throws IOException {
        List<Fault> faults = Fault.parse(System.getProperty("chaos.faults", SHORT_FORM));
        Path folder = temp.resolve("seed-" + seed);
        Checker.Findings findings = new ChaosRun(seed, Fault.turn(faults, seed), folder).run(Duration.ZERO);
        assertThat(findings.violations()).isEmpty();
        assertThat(findings.rows()).isPositive();
        // else an empty list would say nothing
        for (Tampering tampering : Tampering.values()) {
            assertThat(tampering.violations(folder))
                    .as("%s", tampering)
                    .anyMatch(violation -> violation.contains(tampering.seen()));
        }
    }
}
