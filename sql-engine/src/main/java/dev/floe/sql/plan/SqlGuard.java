package dev.floe.sql.plan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;

/**
 * Refuses statements that a parser or planner would choke on, before they see them.
 *
 * <p>Parsers recurse: long chains and deep nesting end in stack overflows and exponential time. Tokens are counted
 * roughly: runs of letters and digits, quoted strings, and every other character
 * but commas: a list of many values is long, not deep.
 */
public final class SqlGuard {
    static final int CHARACTERS_MAX = 200_000;
    static final int TOKENS_MAX = 20_000;
    static final int DEPTH_MAX = 100;

    private SqlGuard() {}

    /** Throws QUERY_TOO_COMPLEX. */
    public static void check(String sql) {
        require(sql.length(), CHARACTERS_MAX, "characters");
        int tokens = 0;
        int depth = 0;
        for (int i = 0; i < sql.length(); ) {
            char c = sql.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
                continue;
            }
            tokens += c == ',' ? 0 : 1;
            if (c == '\'' || c == '"' || c == '`') {
                int end = sql.indexOf(c, i + 1);
                i = end < 0 ? sql.length() : end + 1;
            } else if (Character.isJavaIdentifierPart(c)) {
                while (i < sql.length() && Character.isJavaIdentifierPart(sql.charAt(i))) {
                    i++;
                }
            } else {
                depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
                require(depth, DEPTH_MAX, "levels of brackets");
                i++;
            }
        }
        require(tokens, TOKENS_MAX, "words and signs");
    }

    private static void require(int found, int max, String what) {
        if (found > max) {
            throw new FloeException(
                            ErrorCode.QUERY_TOO_COMPLEX,
                            "the statement has " + found + " " + what + ", more than " + max)
                    .advise("send it in parts, or pass values by parameter");
        }
    }
}
