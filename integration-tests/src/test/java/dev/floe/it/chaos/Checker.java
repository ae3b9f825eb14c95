package dev.floe.it.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.floe.it.RawCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Compares what clients were told, in {@code history.jsonl}, with the tables as Iceberg's own reader sees them.
 *
 * <p>It knows nothing of how the rows got there. Argument of its main: the folder of a run, with the two journals and
 * the data folder. It prints each violation and exits with their number, at most 100.
 */
public final class Checker {
    private static final int SNAPSHOTS_READ_MAX = 12;
    private static final int EXAMPLES_MAX = 5;
    private static final long ROLLBACK_SEEN_MILLIS = 3_000;

    private final List<String> violations = new ArrayList<>();
    private final Map<String, Map<Integer, List<Sent>>> sent = new HashMap<>();
    private final Map<String, Map<Integer, Long>> acked = new HashMap<>();
    private final Path data;

    private Checker(Path data) {
        this.data = data;
    }

    /** A row as a client sent it. */
    private record Sent(long id, boolean delete, Map<Integer, Object> values) {}

    /** What the checker found, and on how much it looked. */
    record Findings(List<String> violations, long rows, long snapshots) {
        Findings {
            violations = List.copyOf(violations);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Findings findings = check(Path.of(arguments[0]));
        findings.violations().forEach(System.out::println);
        System.out.printf(
                "%d violations in %d rows, %d snapshots%n",
                findings.violations().size(), findings.rows(), findings.snapshots());
        System.exit(Math.min(100, findings.violations().size()));
    }

    /** Checks a run whose clients have ended with all of their rows acked. */
    static Findings check(Path folder) throws IOException {
        Checker checker = new Checker(folder.resolve("data"));
        checker.readHistory(Journal.read(folder.resolve(Journal.HISTORY)));
        Journal.read(folder.resolve(Journal.NEMESIS)).forEach(checker::readNemesis);
        return RawCatalog.with(checker.data, checker::checkTables);
    }

    private void readHistory(List<JsonNode> lines) {
        long seen = -1;
        long rolledBack = -ROLLBACK_SEEN_MILLIS;
        for (JsonNode line : lines) {
            switch (line.get("event").asText()) {
                case "made" -> made(line);
                case "acked" -> acked(line, line.get("to").asLong());
                case "opened" -> acked(line, line.get("next").asLong());
                case "violation" -> violations.add(line.toString());
                case "info" -> {
                    if (line.path("why").asText().startsWith("UNEXPECTED")) {
                        violations.add(line.toString());
                    }
                }
                case "rolling-back", "rolled-back" ->
                    rolledBack = line.get("ms").asLong();
                case "read" -> {
                    long count = line.get("count").asLong();
                    boolean since = line.get("began").asLong() > rolledBack + ROLLBACK_SEEN_MILLIS;
                    if (since && count < seen) {
                        violations.add("a read saw " + count + " rows after one of " + seen + ": " + line);
                    }
                    seen = since ? count : -1;
                }
                default -> {}
            }
        }
    }

    private void readNemesis(JsonNode line) {
        if (line.get("event").asText().equals("violation")) {
            violations.add(line.toString());
        }
    }

    private void made(JsonNode line) {
        List<Sent> rows = sent.computeIfAbsent(line.get("table").asText(), table -> new TreeMap<>())
                .computeIfAbsent(line.get("producer").asInt(), producer -> new ArrayList<>());
        if (line.get("from").asLong() != rows.size()) {
            violations.add("the history has a gap: " + line);
        }
        for (JsonNode id : line.get("ids")) {
            Map<Integer, Object> values = new HashMap<>();
            for (JsonNode field : line.get("fields")) {
                values.put(
                        field.asInt(),
                        Columns.value(
                                field.asInt(),
                                id.asLong(),
                                rows.size(),
                                line.get("wide").asBoolean()));
            }
            rows.add(new Sent(id.asLong(), line.get("delete").asBoolean(), values));
        }
    }

    private void acked(JsonNode line, long to) {
        acked.computeIfAbsent(line.get("table").asText(), table -> new TreeMap<>())
                .merge(line.get("producer").asInt(), to, Math::max);
    }

    private Findings checkTables(JdbcCatalog catalog) {
        try {
            long rows = 0;
            long snapshots = 0;
            for (String name : List.of(Columns.EVENTS, Columns.STATE)) {
                TableIdentifier identifier = RawCatalog.name(name);
                TableContents table = new TableContents(catalog.loadTable(identifier));
                List<Snapshot> ancestry = table.ancestry();
                if (ancestry.isEmpty()) {
                    violations.add(name + " has no snapshot");
                    continue;
                }
                requireAllAcked(name);
                rows += requireEqual(name, table.rows(ancestry.get(ancestry.size() - 1)));
                snapshots += ancestry.size();
                int step = Math.max(1, ancestry.size() / SNAPSHOTS_READ_MAX);
                for (int i = 0; i < ancestry.size(); i += step) {
                    requirePossible(name, ancestry.get(i), table.rows(ancestry.get(i)));
                }
                table.addedTwice().forEach(file -> violations.add(name + ": added by two snapshots: " + file));
                ancestry.forEach(snapshot -> requireNoEqualityDeletes(name, snapshot));
                new OffsetChain(name, violations).check(ancestry);
                if (name.equals(Columns.EVENTS)) {
                    requireOrder(table);
                }
            }
            return new Findings(violations, rows, snapshots);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireAllAcked(String name) {
        sent.getOrDefault(name, Map.of()).forEach((producer, rows) -> {
            long to = acked.getOrDefault(name, Map.of()).getOrDefault(producer, 0L);
            if (to != rows.size()) {
                violations.add(
                        name + ": producer " + producer + " made " + rows.size() + " rows, " + to + " are acked");
            }
        });
    }

    /** Every row acked is there, with its values in its fields; none is there twice; nothing else is. */
    private long requireEqual(String name, List<Map<Integer, Object>> rows) {
        Map<List<Object>, Map<Integer, Object>> expected = new HashMap<>();
        sent.getOrDefault(name, Map.of()).values().forEach(all -> {
            for (Sent row : all) {
                List<Object> identity = identity(name, row.values());
                if (row.delete()) {
                    expected.remove(identity);
                } else {
                    expected.put(identity, row.values());
                }
            }
        });
        Set<List<Object>> found = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        for (Map<Integer, Object> row : rows) {
            List<Object> identity = identity(name, row);
            if (!found.add(identity)) {
                wrong.add("duplicate of " + identity);
            } else if (!row.equals(expected.get(identity))) {
                wrong.add("is " + row + " and should be " + expected.get(identity));
            }
        }
        expected.keySet().stream()
                .filter(identity -> !found.contains(identity))
                .forEach(identity -> wrong.add("lost " + identity));
        report(name, wrong);
        return rows.size();
    }

    private void report(String name, List<String> wrong) {
        wrong.stream().limit(EXAMPLES_MAX).forEach(what -> violations.add(name + ": " + what));
        if (wrong.size() > EXAMPLES_MAX) {
            violations.add(name + ": and " + (wrong.size() - EXAMPLES_MAX) + " more");
        }
    }

    /** In any snapshot: nothing that was never sent, and nothing twice. */
    private void requirePossible(String name, Snapshot snapshot, List<Map<Integer, Object>> rows) {
        Set<List<Object>> made = new HashSet<>();
        sent.getOrDefault(name, Map.of()).values().forEach(all -> all.forEach(row -> made.add(version(row.values()))));
        Set<List<Object>> found = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        for (Map<Integer, Object> row : rows) {
            if (!found.add(identity(name, row))) {
                wrong.add("duplicate of " + identity(name, row) + " in snapshot " + snapshot.snapshotId());
            }
            if (!made.contains(version(row))) {
                wrong.add("never sent: " + row + " in snapshot " + snapshot.snapshotId());
            }
        }
        report(name, wrong);
    }

    /** An append table's row is known by its producer and number, an upsert table's by its key. */
    private static List<Object> identity(String name, Map<Integer, Object> row) {
        Object id = row.getOrDefault(Columns.ID, "none");
        return name.equals(Columns.STATE) ? List.of(id) : List.of(id, row.getOrDefault(Columns.N, "none"));
    }

    private static List<Object> version(Map<Integer, Object> row) {
        return List.of(row.getOrDefault(Columns.ID, "none"), row.getOrDefault(Columns.N, "none"));
    }

    private void requireNoEqualityDeletes(String name, Snapshot snapshot) {
        if (!snapshot.summary().getOrDefault("total-equality-deletes", "0").equals("0")) {
            violations.add(name + ": equality deletes in snapshot " + snapshot.snapshotId());
        }
    }

    /** A producer's rows are in each bucket in the order they were sent in. */
    private void requireOrder(TableContents table) throws IOException {
        table.flushedIdsAndNumbers().forEach((bucket, rows) -> {
            Map<Long, Long> last = new HashMap<>();
            List<String> wrong = new ArrayList<>();
            for (long[] row : rows) {
                Long before = last.put(row[0], row[1]);
                if (before != null && before >= row[1]) {
                    wrong.add("row " + row[1] + " of producer " + row[0] + " comes after " + before + " in " + bucket);
                }
            }
            report(Columns.EVENTS, wrong);
        });
    }
}
