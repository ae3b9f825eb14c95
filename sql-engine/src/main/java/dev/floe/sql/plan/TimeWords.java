package dev.floe.sql.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Lets columns be called date, time and timestamp without quotes, as users of other systems are used to.
 *
 * <p>Calcite's grammar reserves these words for types. Where one stands in the place of a value (not before a literal
 * or bracket, not as the type of a cast) it is put in double quotes; {@link #original} undoes that in positions.
 */
final class TimeWords {
    private static final Set<String> WORDS = Set.of("DATE", "TIME", "TIMESTAMP");
    private static final Set<String> BEFORE_VALUES = Set.of(
            "SELECT",
            "DISTINCT",
            "ALL",
            "BY",
            "WHERE",
            "HAVING",
            "ON",
            "AND",
            "OR",
            "NOT",
            "BETWEEN",
            "LIKE",
            "IN",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "FROM",
            "USING",
            ",",
            ".",
            "(",
            "[",
            "=",
            "<",
            ">",
            "+",
            "-",
            "*",
            "/",
            "%",
            "|");
    private static final Set<String> BEFORE_LITERALS = Set.of("'", "(", "WITH", "WITHOUT");

    private final StringBuilder text = new StringBuilder();
    private final List<SqlParserPos> quotes = new ArrayList<>();

    /** One word or sign; {@code cast} where it follows AS within the brackets of a cast. */
    private record Token(String upper, int start, int end) {}

    TimeWords(String sql) {
        List<Token> tokens = tokens(sql);
        Deque<Boolean> casts = new ArrayDeque<>();
        int copied = 0;
        for (int i = 0; i < tokens.size(); i++) {
            String word = tokens.get(i).upper;
            String before = i == 0 ? "" : tokens.get(i - 1).upper;
            String after = i + 1 == tokens.size() ? "" : tokens.get(i + 1).upper;
            if (word.equals("(")) {
                casts.push(before.equals("CAST") || before.equals("TRY_CAST") || before.equals("SAFE_CAST"));
            } else if (word.equals(")")) {
                casts.poll();
            }
            boolean alias = before.equals("AS") && !Boolean.TRUE.equals(casts.peek());
            if (WORDS.contains(word) && (alias || BEFORE_VALUES.contains(before)) && !BEFORE_LITERALS.contains(after)) {
                text.append(sql, copied, tokens.get(i).start);
                quote();
                text.append(sql, tokens.get(i).start, tokens.get(i).end);
                quote();
                copied = tokens.get(i).end;
            }
        }
        text.append(sql, copied, sql.length());
    }

    /** The statement to be parsed. */
    String text() {
        return text.toString();
    }

    /** Where a position of the parsed statement was in the user's. */
    SqlParserPos original(SqlParserPos position) {
        long before = quotes.stream()
                .filter(quote ->
                        quote.getLineNum() == position.getLineNum() && quote.getColumnNum() < position.getColumnNum())
                .count();
        return new SqlParserPos(position.getLineNum(), position.getColumnNum() - (int) before);
    }

    private void quote() {
        int line = 1;
        int lineStart = 0;
        for (int i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) {
            line++;
            lineStart = i + 1;
        }
        quotes.add(new SqlParserPos(line, text.length() - lineStart + 1));
        text.append('"');
    }

    private static List<Token> tokens(String sql) {
        List<Token> tokens = new ArrayList<>();
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            int end = i + 1;
            if (Character.isWhitespace(c)) {
                i++;
                continue;
            }
            if (c == '\'' || c == '"' || c == '`') {
                int close = sql.indexOf(c, end);
                end = close < 0 ? sql.length() : close + 1;
                tokens.add(new Token(String.valueOf(c), i, end));
            } else if (sql.startsWith("--", i)) {
                int line = sql.indexOf('\n', i);
                end = line < 0 ? sql.length() : line;
            } else if (sql.startsWith("/*", i)) {
                int close = sql.indexOf("*/", i);
                end = close < 0 ? sql.length() : close + 2;
            } else {
                while (Character.isJavaIdentifierPart(c)
                        && end < sql.length()
                        && Character.isJavaIdentifierPart(sql.charAt(end))) {
                    end++;
                }
                tokens.add(new Token(sql.substring(i, end).toUpperCase(Locale.ROOT), i, end));
            }
            i = end;
        }
        return tokens;
    }
}
