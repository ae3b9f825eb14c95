package dev.floe.sql.plan;

import org.apache.calcite.linq4j.function.Strict;

/** Functions that count characters; generated code calls them, as Calcite's own count halves of rare characters. */
public final class CharacterFunctions {
    private CharacterFunctions() {}

    @Strict
    public static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The text from a character on; the first one is 1. */
    @Strict
    public static String after(String text, int start) {
        return between(text, start, Integer.MAX_VALUE);
    }

    /** At most {@code length} characters from one on; places before the text count too, but have none. */
    @Strict
    public static String between(String text, int start, int length) {
        if (length < 0) {
            throw new IllegalArgumentException("SUBSTRING has a negative length: " + length);
        }
        int characters = length(text);
        long end = Math.min((long) start + length, characters + 1L);
        int begin = Math.max(start, 1);
        if (begin >= end) {
            return "";
        }
        int from = text.offsetByCodePoints(0, begin - 1);
        return text.substring(from, text.offsetByCodePoints(from, (int) (end - begin)));
    }
}
