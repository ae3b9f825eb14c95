package dev.floe.client.rpc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells statements that read from those that change something, by the word they begin with. */
final class StatementKind {
    private static final Pattern BLANK = Pattern.compile("(?s)\\s+|\\(|--[^\n]*|/\\*.*?\\*/");
    private static final Pattern READING = Pattern.compile("(?i)(?:SELECT|WITH|VALUES|TABLE|EXPLAIN)\\b");

    private StatementKind() {}

    /** True where the statement surely changes nothing. */
    static boolean reads(String sql) {
        Matcher blank = BLANK.matcher(sql);
        while (blank.lookingAt()) {
            blank.region(blank.end(), sql.length());
        }
        return READING.matcher(sql).region(blank.regionStart(), sql.length()).lookingAt();
    }
}
