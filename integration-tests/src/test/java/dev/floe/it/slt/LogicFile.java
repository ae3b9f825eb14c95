package dev.floe.it.slt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.hydromatic.sqllogictest.SltTestFile;

/**
 * A file of sqllogictest: statements and queries in their order, as PostgreSQL is to run them.
 *
 * <p>The format is that of https://sqlite.org/sqllogictest/doc/trunk/about.wiki.
 */
record LogicFile(String name, List<Entry> entries) {
    private static final String ENGINE = "postgresql";

    LogicFile {
        entries = List.copyOf(entries);
    }

    sealed interface Entry {
        String sql();
    }

    /** {@code fails} where it is to be refused. */
    record Statement(String sql, boolean fails) implements Entry {}

    /**
     * A query and its answer.
     *
     * @param types of the columns: I whole, R real, T text
     * @param sort nosort, rowsort, or valuesort
     * @param answer values one by one, or their count and hash
     */
    record Query(String sql, String types, String sort, List<String> answer) implements Entry {
        Query {
            answer = List.copyOf(answer);
        }
    }

    /** Reads a file of the suite, such as {@code select1.test}. */
    static LogicFile read(String name) {
        try (InputStream in = SltTestFile.class.getResourceAsStream("/test/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("the suite has no " + name);
            }
            return new LogicFile(name, parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Entry> parse(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String block : text.replace("\r", "").split("\n{2,}", -1)) {
            List<String> lines = new ArrayList<>(
                    block.lines().filter(line -> !line.startsWith("#")).toList());
            boolean runs = true;
            while (!lines.isEmpty()
                    && (lines.get(0).startsWith("onlyif") || lines.get(0).startsWith("skipif"))) {
                String[] words = lines.remove(0).split(" +", -1);
                runs &= words[0].equals("onlyif") == words[1].equals(ENGINE);
            }
            if (!runs || lines.isEmpty()) {
                continue;
            }
            String[] head = lines.remove(0).split(" +", -1);
            switch (head[0]) {
                case "halt" -> {
                    return entries;
                }
                case "statement" -> entries.add(new Statement(String.join("\n", lines), head[1].equals("error")));
                case "query" -> entries.add(query(head, lines));
                default -> {} // hash-threshold: answers say themselves whether they are hashed
            }
        }
        return entries;
    }

    private static Query query(String[] head, List<String> lines) {
        int end = lines.indexOf("----");
        List<String> sql = end < 0 ? lines : lines.subList(0, end);
        List<String> answer = end < 0 ? List.of() : lines.subList(end + 1, lines.size());
        return new Query(String.join("\n", sql), head[1], head.length > 2 ? head[2] : "nosort", answer);
    }
}
