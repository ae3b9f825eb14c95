package dev.floe.it.fire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What the readers of a run have to say: violations, and how long reads of each kind took. */
final class Findings {
    private static final int VIOLATIONS_MAX = 50;

    private final List<String> violations = new ArrayList<>();
    private final Map<String, List<Long>> nanosByKind = new TreeMap<>();
    private final Map<String, Integer> refused = new TreeMap<>();

    synchronized void violation(String what) {
        if (violations.size() < VIOLATIONS_MAX) {
            violations.add(what);
        }
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** A read that was answered. */
    synchronized void answered(String kind, long nanos) {
        nanosByKind.computeIfAbsent(kind, any -> new ArrayList<>()).add(nanos);
    }

    /** A read that was refused for a reason that is no violation. */
    synchronized void refused(String why) {
        refused.merge(why, 1, Integer::sum);
    }

    /** Reads that were answered, of kinds that begin so. */
    synchronized long reads(String kind) {
        return nanosByKind.entrySet().stream()
                .filter(of -> of.getKey().startsWith(kind))
                .mapToLong(of -> of.getValue().size())
                .sum();
    }

    /** A line for each kind of read. */
    synchronized String summary() {
        StringBuilder text = new StringBuilder();
        nanosByKind.forEach((kind, nanos) -> {
            Collections.sort(nanos);
            text.append(String.format(
                    Locale.ROOT,
                    "%-28s %,9d reads  p50 %8.1f ms  p99 %8.1f ms  most %8.1f ms%n",
                    kind,
                    nanos.size(),
                    nanos.get(nanos.size() / 2) / 1e6,
                    nanos.get(nanos.size() * 99 / 100) / 1e6,
                    nanos.get(nanos.size() - 1) / 1e6));
        });
        refused.forEach((why, count) -> text.append(String.format("%-28s %,9d refused%n", why, count)));
        return text.toString();
    }
}
