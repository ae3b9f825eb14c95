package dev.floe.cli;

/** Text with control characters shown instead of sent to the terminal. */
public final class Printable {
    private Printable() {}

    /** On one line. */
    public static String line(String text) {
        return escape(text, false);
    }

    /** Line breaks stay. */
    public static String lines(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean breaksStay) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = !isControl(c) || (breaksStay && c == '\n');
            if (plain && out == null) {
                continue;
            }
            if (out == null) {
                out = new StringBuilder(text.length() + 8).append(text, 0, i);
            }
            append(out, c, plain);
        }
        return out == null ? text : out.toString();
    }

    private static void append(StringBuilder out, char c, boolean plain) {
        if (plain) {
            out.append(c);
            return;
        }
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append("\\u%04x".formatted((int) c));
        }
    }

    // also what turns the direction of text, so that a cell can't pose as another
    private static boolean isControl(char c) {
        return Character.isISOControl(c)
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069')
                || c == '\u2028'
                || c == '\u2029';
    }
}
