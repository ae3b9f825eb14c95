package dev.floe.it.fire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every read equals the model at some cut at or after its token, while rows change, merge and expire.
 *
 * <p>Seconds by default; the profile {@code fire} runs for ten minutes.
 */
@Tag("long")
class ConsistencyUnderFireIT {
    private static final Duration KEPT = Duration.ofSeconds(20);
    private static final List<String> KINDS = List.of(
            "gRPC all rows, at latest",
            "gRPC all rows, at token",
            "gRPC by index, at latest",
            "gRPC by keys, at latest",
            "gRPC sums, at latest",
            "gRPC sums, at token",
            "gRPC joined to itself, at latest",
            "JDBC all rows",
            "JDBC by keys",
            "JDBC sums",
            "Get, at latest",
            "Get, at token",
            "Get after an ack",
            "all rows, at committed",
            "all rows, at containing",
            "all rows, at snapshot",
            "all rows, at time");

    @TempDir
    Path temp = Path.of("");

    @Test
    void everyReadIsACutOfWhatWasSentWithAllThatWasAcked() throws IOException, SQLException {
        FireRun run = new FireRun(
                Integer.getInteger("fire.accounts", 500),
                Integer.getInteger("fire.rows", 5_000),
                KEPT,
                Long.getLong("fire.seed", 1));
        FireRun.Outcome outcome = run.run(temp, Duration.ofSeconds(Long.getLong("fire.seconds", 20)));
        System.out.println(outcome.summary());
        assertThat(outcome.findings().violations()).isEmpty();
        // else an empty list would say nothing
        assertThat(KINDS)
                .allSatisfy(kind -> assertThat(outcome.findings().reads(kind)).isPositive());
        assertThat(outcome.merges()).isPositive();
    }
}
