package dev.floe.cli.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a text at the semicolons between statements.
 *
 * <p>Semicolons in quotes and comments don't count. What is left of a statement is not changed.
 */
final class Statements {
    private final List<String> complete = new ArrayList<>();
    private String rest = "";

    private Statements(String text) {
        split(text);
    }

    static Statements of(String text) {
        return new Statements(text);
    }

    /** Statements that a semicolon ends, without it. */
    List<String> complete() {
        return List.copyOf(complete);
    }

    /** What comes after the last semicolon; blank where there is nothing but space and comments. */
    String rest() {
        return rest;
    }

    /** All of them; the last one needs no semicolon. */
    List<String> all() {
        List<String> all = new ArrayList<>(complete);
        if (!rest.isBlank()) {
            all.add(rest.strip());
        }
        return all;
    }

    private void split(String text) {
        int start = 0;
        boolean content = false;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int skipped = skip(text, i);
            if (skipped > i) {
                content |= c == '\'' || c == '"';
                i = skipped;
                continue;
            }
            if (c == ';') {
                if (content) {
                    complete.add(text.substring(start, i).strip());
                }
                start = i + 1;
                content = false;
            } else {
                content |= !Character.isWhitespace(c);
            }
            i++;
        }
        rest = content ? text.substring(start) : "";
    }

    /** The position behind a quoted text or comment that starts here, else the same position. */
    private static int skip(String text, int from) {
        char c = text.charAt(from);
        if (c == '\'' || c == '"') {
            int end = text.indexOf(c, from + 1);
            return end < 0 ? text.length() : end + 1;
        }
        if (text.startsWith("--", from)) {
            int end = text.indexOf('\n', from);
            return end < 0 ? text.length() : end + 1;
        }
        if (text.startsWith("/*", from)) {
            int end = text.indexOf("*/", from + 2);
            return end < 0 ? text.length() : end + 2;
        }
        return from;
    }
}
