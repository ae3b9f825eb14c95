package dev.floe.core.error;

/** Text of a caller as messages show it: quoted, cut to a length, without control characters. */
public final class ShownText {
    private static final int CHARS_MAX = 60;

    private ShownText() {}

    public static String of(String text) {
        String cut = text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) + "..." : text;
        StringBuilder out = new StringBuilder("'");
        cut.codePoints().forEach(point -> {
            if (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT) {
                out.append(String.format("\\u%04x", point));
            } else {
                out.appendCodePoint(point);
            }
        });
        return out.append('\'').toString();
    }
}
