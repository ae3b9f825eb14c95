package dev.floe.it.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs from the command line: {@code --seed N --minutes M --faults F1,F4,... --folder PATH}.
 *
 * <p>Without minutes each fault comes once. It prints the checker's violations and exits with 1 where there are any.
 */
public final class ChaosMain {
    private ChaosMain() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i].replaceFirst("^--", ""), arguments[i + 1]);
        }
        long seed = Long.parseLong(options.getOrDefault("seed", "1"));
        Path folder = Path.of(options.getOrDefault("folder", "target/chaos/" + seed));
        List<Fault> faults = Fault.parse(options.getOrDefault("faults", "all"));
        Checker.Findings findings = new ChaosRun(seed, Fault.turn(faults, seed), folder)
                .run(Duration.ofMinutes(Long.parseLong(options.getOrDefault("minutes", "0"))));
        findings.violations().forEach(System.out::println);
        System.out.printf(
                "seed %d: %d violations in %d rows, %d snapshots; journals in %s%n",
                seed, findings.violations().size(), findings.rows(), findings.snapshots(), folder);
        System.exit(findings.violations().isEmpty() ? 0 : 1);
    }
}
