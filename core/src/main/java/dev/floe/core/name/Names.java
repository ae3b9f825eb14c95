package dev.floe.core.name;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.regex.Pattern;

/** The rule for names that become parts of paths and topics. */
final class Names {
    private static final Pattern RULE = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final int SHOWN_CHARS_MAX = 80;

    private Names() {}

    static String check(String kind, String name) {
        if (!RULE.matcher(name).matches()) {
            String shown = name.length() > SHOWN_CHARS_MAX ? name.substring(0, SHOWN_CHARS_MAX) + "..." : name;
            throw new FloeException(ErrorCode.INVALID_NAME, "'" + shown + "' can't name a " + kind)
                    .advise("use 1 to 63 of a-z, 0-9 and _, with a letter first");
        }
        return name;
    }
}
