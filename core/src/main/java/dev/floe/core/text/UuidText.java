package dev.floe.core.text;

import java.util.UUID;

/** UUIDs written as text: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12. */
public final class UuidText {
    private static final int CHARS = 36;

    private UuidText() {}

    /**
     * Throws IllegalArgumentException for any other form; {@link UUID#fromString} takes groups of any length, and makes
     * another UUID of them.
     */
    public static UUID parse(String text) {
        if (text.length() != CHARS) {
            throw new IllegalArgumentException("a UUID has " + CHARS + " characters");
        }
        for (int i = 0; i < CHARS; i++) {
            boolean isDash = i == 8 || i == 13 || i == 18 || i == 23;
            char c = text.charAt(i);
            boolean isHex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (isDash ? c != '-' : !isHex) {
                throw new IllegalArgumentException("a UUID has groups of 8, 4, 4, 4 and 12 hexadecimal digits");
            }
        }
        return UUID.fromString(text);
    }
}
