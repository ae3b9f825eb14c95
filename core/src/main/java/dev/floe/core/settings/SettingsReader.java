package dev.floe.core.settings;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads typed values out of settings, and reports every mistake at once.
 *
 * <p>Feature records take their values with a default and a line of documentation; {@link #finish} then refuses
 * unknown keys. The keys asked for are the reference page: {@link #reference}.
 */
public final class SettingsReader {
    private static final Pattern BYTES = Pattern.compile("(\\d+)\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)", Pattern.CASE_INSENSITIVE);

    private final Settings settings;
    private final Map<String, Key> asked = new TreeMap<>();
    private final List<String> mistakes = new ArrayList<>();

    /** A key with its default, as text, and what it is for. */
    public record Key(String name, String defaultValue, String doc) {}

    public SettingsReader(Settings settings) {
        this.settings = settings;
    }

    public String text(String key, String defaultValue, String doc) {
        return read(key, defaultValue, doc, defaultValue, Function.identity());
    }

    public Secret secret(String key, String defaultValue, String doc) {
        return new Secret(read(key, defaultValue.isEmpty() ? "" : "***", doc, defaultValue, Function.identity()));
    }

    public Path path(String key, Path defaultValue, String doc) {
        return read(key, defaultValue.toString(), doc, defaultValue, Path::of);
    }

    public boolean flag(String key, boolean defaultValue, String doc) {
        return read(key, Boolean.toString(defaultValue), doc, defaultValue, SettingsReader::parseFlag);
    }

    /** A whole number from {@code min} to {@code max}. */
    public int count(String key, int defaultValue, int min, int max, String doc) {
        return read(key, Integer.toString(defaultValue), doc, defaultValue, text -> {
            int value = Integer.parseInt(text.trim());
            if (value < min || value > max) {
                throw new IllegalArgumentException("it must be from " + min + " to " + max);
            }
            return value;
        });
    }

    /** A size such as {@code 4MB}, in bytes; units are powers of 1,024. */
    public long bytes(String key, String defaultValue, String doc) {
        return read(key, defaultValue, doc, parseBytes(defaultValue), SettingsReader::parseBytes);
    }

    /** A time such as {@code 500ms}, {@code 5s} or {@code 1h}. */
    public Duration duration(String key, String defaultValue, String doc) {
        return read(key, defaultValue, doc, parseDuration(defaultValue), SettingsReader::parseDuration);
    }

    /** Adds a mistake that a feature's own check found. */
    public void mistake(String key, String what) {
        mistakes.add(key + ": " + what);
    }

    /** Every key asked for so far, by name. */
    public List<Key> reference() {
        return List.copyOf(asked.values());
    }

    /** Throws INVALID_SETTINGS with all mistakes and unknown keys, if there are any. */
    public void finish() {
        TreeSet<String> unknown = new TreeSet<>(settings.values().keySet());
        unknown.removeAll(asked.keySet());
        for (String key : unknown) {
            mistakes.add(key + ": no such setting");
        }
        if (!mistakes.isEmpty()) {
            throw new FloeException(ErrorCode.INVALID_SETTINGS, "settings: " + String.join("; ", mistakes))
                    .advise("docs/settings.md lists every key");
        }
    }

    private <T> T read(String key, String shownDefault, String doc, T defaultValue, Function<String, T> parse) {
        asked.put(key, new Key(key, shownDefault, doc));
        String given = settings.values().get(key);
        if (given == null) {
            return defaultValue;
        }
        try {
            return parse.apply(given);
        } catch (IllegalArgumentException e) {
            mistakes.add(key + ": '" + given + "' won't do: " + e.getMessage());
            return defaultValue;
        }
    }

    private static boolean parseFlag(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("it must be true or false");
        };
    }

    private static long parseBytes(String text) {
        Matcher m = BYTES.matcher(text.trim());
        if (!m.matches()) {
            throw new IllegalArgumentException("it must be a size such as 512KB or 4MB");
        }
        String unit = m.group(2) == null ? "B" : m.group(2).toUpperCase(Locale.ROOT);
        int shift = switch (unit) {
            case "KB" -> 10;
            case "MB" -> 20;
            case "GB" -> 30;
            default -> 0;
        };
        return Math.multiplyExact(Long.parseLong(m.group(1)), 1L << shift);
    }

    private static Duration parseDuration(String text) {
        Matcher m = DURATION.matcher(text.trim());
        if (!m.matches()) {
            throw new IllegalArgumentException("it must be a time such as 500ms, 5s or 1h");
        }
        long amount = Long.parseLong(m.group(1));
        return switch (m.group(2).toLowerCase(Locale.ROOT)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
