package dev.floe.it.fire;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs from the command line: {@code --seconds N --rows N --accounts N --seed N --folder PATH}, rows a second.
 *
 * <p>It prints violations and exits with 1 where there are any; the folder keeps the data and the server's output.
 */
public final class FireMain {
    private FireMain() {}

    public static void main(String[] arguments) throws IOException, SQLException {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i].replaceFirst("^--", ""), arguments[i + 1]);
        }
        FireRun run = new FireRun(
                Integer.parseInt(options.getOrDefault("accounts", "2000")),
                Integer.parseInt(options.getOrDefault("rows", "20000")),
                Duration.ofSeconds(20),
                Long.parseLong(options.getOrDefault("seed", "1")));
        FireRun.Outcome outcome = run.run(
                Path.of(options.getOrDefault("folder", "target/fire")),
                Duration.ofSeconds(Long.parseLong(options.getOrDefault("seconds", "60"))));
        System.out.println(outcome.summary());
        outcome.findings().violations().forEach(System.out::println);
        System.exit(outcome.findings().violations().isEmpty() ? 0 : 1);
    }
}
