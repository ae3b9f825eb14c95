package dev.floe.sqlgateway.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * A name pattern of metadata calls: {@code %} any text, {@code _} any character, backslash escapes them.
 *
 * <p>Case does not matter, since tools such as sqlline take unquoted names for upper case.
 */
public final class LikePattern {
    private static final int CHARS_MAX = 1_000;

    private final String pattern;

    private LikePattern(String pattern) {
        this.pattern = pattern;
    }

    /** Null matches everything. */
    public static LikePattern of(@Nullable String pattern) {
        if (pattern == null) {
            return new LikePattern("%");
        }
        return new LikePattern(pattern.length() > CHARS_MAX ? "" : pattern);
    }

    /** Goes back to the last percent sign alone, so that many of them cost no more than one. */
    public boolean matches(String name) {
        int at = 0;
        int p = 0;
        int percent = -1;
        int resume = 0;
        while (at < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '%') {
                percent = p++;
                resume = at;
            } else if (p < pattern.length() && isOne(p, name.charAt(at))) {
                p += isEscape(p) ? 2 : 1;
                at++;
            } else if (percent >= 0) {
                p = percent + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '%') {
            p++;
        }
        return p == pattern.length();
    }

    private boolean isEscape(int p) {
        return pattern.charAt(p) == '\\' && p + 1 < pattern.length();
    }

    private boolean isOne(int p, char c) {
        if (isEscape(p)) {
            return same(pattern.charAt(p + 1), c);
        }
        return pattern.charAt(p) == '_' || same(pattern.charAt(p), c);
    }

    private static boolean same(char a, char b) {
        return Character.toLowerCase(a) == Character.toLowerCase(b);
    }
}
