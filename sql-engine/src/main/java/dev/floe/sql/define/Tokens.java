package dev.floe.sql.define;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A statement in words, names, texts, numbers and signs, read from left to right; comments are left out. */
final class Tokens {
    private static final int SHOWN_CHARS_MAX = 40;

    private enum Kind {
        WORD,
        NAME,
        TEXT,
        NUMBER,
        SIGN,
        END
    }

    /** {@code text} is without quotes. */
    private record Token(Kind kind, String text, int start, int end) {
        boolean is(String word) {
            return (kind == Kind.WORD || kind == Kind.SIGN) && text.equalsIgnoreCase(word);
        }
    }

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    /** Throws INVALID_SQL where a quote is not closed. */
    Tokens(String sql) {
        this.sql = sql;
        int i = gapEnd(sql, 0);
        while (i < sql.length()) {
            Token token = token(i);
            tokens.add(token);
            i = gapEnd(sql, token.end);
        }
        tokens.add(new Token(Kind.END, "", sql.length(), sql.length()));
    }

    /** The first word of a statement in capitals; empty where it begins with something else. */
    static String firstWord(String sql) {
        int start = gapEnd(sql, 0);
        int end = start;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        return sql.substring(start, end).toUpperCase(Locale.ROOT);
    }

    /** Where white space and comments end that begin here. */
    private static int gapEnd(String sql, int from) {
        int i = from;
        while (i < sql.length()) {
            if (Character.isWhitespace(sql.charAt(i))) {
                i++;
            } else if (sql.startsWith("--", i)) {
                int line = sql.indexOf('\n', i);
                i = line < 0 ? sql.length() : line + 1;
            } else if (sql.startsWith("/*", i)) {
                int close = sql.indexOf("*/", i + 2);
                i = close < 0 ? sql.length() : close + 2;
            } else {
                return i;
            }
        }
        return i;
    }

    private Token token(int start) {
        char c = sql.charAt(start);
        if (c == '\'' || c == '"') {
            return quoted(c == '"' ? Kind.NAME : Kind.TEXT, start, c);
        }
        int end = start + 1;
        if (Character.isDigit(c)) {
            while (end < sql.length() && Character.isDigit(sql.charAt(end))) {
                end++;
            }
            return new Token(Kind.NUMBER, sql.substring(start, end), start, end);
        }
        if (!Character.isJavaIdentifierStart(c)) {
            return new Token(Kind.SIGN, sql.substring(start, end), start, end);
        }
        while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
            end++;
        }
        return new Token(Kind.WORD, sql.substring(start, end), start, end);
    }

    private Token quoted(Kind kind, int start, char quote) {
        StringBuilder text = new StringBuilder();
        for (int i = start + 1; i < sql.length(); i++) {
            if (sql.charAt(i) != quote) {
                text.append(sql.charAt(i));
            } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                text.append(quote);
                i++;
            } else {
                return new Token(kind, text.toString(), start, i + 1);
            }
        }
        throw error(ErrorCode.INVALID_SQL, start, "the quote is not closed");
    }

    /** True where these words or signs come next, in any case. */
    boolean is(String... words) {
        for (int i = 0; i < words.length; i++) {
            if (at + i >= tokens.size() || !tokens.get(at + i).is(words[i])) {
                return false;
            }
        }
        return true;
    }

    /** True where these came next; they are read then. */
    boolean take(String... words) {
        boolean next = is(words);
        at += next ? words.length : 0;
        return next;
    }

    /** Throws INVALID_SQL where these do not come next. */
    void expect(String... words) {
        if (!take(words)) {
            throw unexpected(String.join(" ", words));
        }
    }

    /** A name as it is written, quoted or not; {@code what} names what is looked for. */
    String name(String what) {
        Token token = tokens.get(at);
        if (token.kind != Kind.WORD && token.kind != Kind.NAME) {
            throw unexpected(what);
        }
        at++;
        return token.text;
    }

    /** A name, in small letters where it has no quotes. */
    String plainName(String what) {
        boolean quoted = tokens.get(at).kind == Kind.NAME;
        String name = name(what);
        return quoted ? name : name.toLowerCase(Locale.ROOT);
    }

    /** A word that is no name in quotes, in capitals; empty where another thing comes next. */
    String word() {
        Token token = tokens.get(at);
        if (token.kind != Kind.WORD) {
            return "";
        }
        at++;
        return token.text.toUpperCase(Locale.ROOT);
    }

    String text(String what) {
        Token token = tokens.get(at);
        if (token.kind != Kind.TEXT) {
            throw unexpected(what);
        }
        at++;
        return token.text;
    }

    int number(String what) {
        Token token = tokens.get(at);
        // of nine digits at most, so that it is an int
        if (token.kind != Kind.NUMBER || token.text.length() > 9) {
            throw unexpected(what);
        }
        at++;
        return Integer.parseInt(token.text);
    }

    /** What is written up to the comma or bracket that ends it. */
    String passage(String what) {
        int start = tokens.get(at).start;
        int end = start;
        int depth = 0;
        while (tokens.get(at).kind != Kind.END && (depth > 0 || !(is(",") || is(")")))) {
            depth += is("(") ? 1 : is(")") ? -1 : 0;
            end = tokens.get(at).end;
            at++;
        }
        if (end == start) {
            throw unexpected(what);
        }
        return sql.substring(start, end);
    }

    /** Throws INVALID_SQL where more comes than a semicolon. */
    void end() {
        take(";");
        if (tokens.get(at).kind != Kind.END) {
            throw unexpected("the end");
        }
    }

    FloeException unexpected(String wanted) {
        Token token = tokens.get(at);
        String found = sql.substring(token.start, Math.min(token.end, token.start + SHOWN_CHARS_MAX));
        return error(
                ErrorCode.INVALID_SQL,
                token.start,
                token.kind == Kind.END
                        ? "the statement ends where " + wanted + " is to come"
                        : "'" + found + "' stands where " + wanted + " is to come");
    }

    FloeException unsupported(String what) {
        return error(ErrorCode.UNSUPPORTED, tokens.get(at).start, what);
    }

    private FloeException error(ErrorCode code, int position, String what) {
        String before = sql.substring(0, position);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int column = position - before.lastIndexOf('\n');
        return new FloeException(code, "line " + line + ", column " + column + ": " + what);
    }
}
