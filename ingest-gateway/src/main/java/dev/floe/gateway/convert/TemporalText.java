package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Reads ISO 8601 text into days and microseconds, without losing any of it. */
final class TemporalText {
    private static final int TEXT_CHARS_MAX = 64;
    private static final int DATE_CHARS = 10;
    private static final long NANOS_A_MICRO = 1_000;
    private static final Pattern DATE_ONLY = Pattern.compile("[+-]?\\d{4,}-\\d{2}-\\d{2}");
    private static final Pattern ZONED = Pattern.compile(".*[T ].*(?:[Zz]|[+-]\\d{2}(?::?\\d{2})*)(?:\\[.*])?");

    private TemporalText() {}

    static int date(String text) {
        try {
            return Ranges.date(LocalDate.parse(bounded(text, "date")).toEpochDay());
        } catch (DateTimeException e) {
            throw unreadable(text, "a date", "send it as 2024-01-31");
        }
    }

    static long time(String text) {
        try {
            return micros(LocalTime.parse(bounded(text, "time")).toNanoOfDay(), text);
        } catch (DateTimeException e) {
            throw unreadable(text, "a time", "send it as 23:59:59.999999");
        }
    }

    static long timestamp(String text) {
        String iso = separated(bounded(text, "timestamp"));
        try {
            return instant(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC), text);
        } catch (DateTimeException e) {
            noClock(text);
            if (ZONED.matcher(text).matches()) {
                throw new BadValue(
                        ErrorCode.WRONG_TYPE,
                        BadValue.shown(text) + " has a zone, a timestamp has none",
                        "drop the zone, or make the column a timestamptz");
            }
            throw unreadable(text, "a timestamp", "send it as 2024-01-31T23:59:59.999999");
        }
    }

    static long timestamptz(String text) {
        String iso = separated(bounded(text, "timestamptz"));
        try {
            return instant(OffsetDateTime.parse(iso).toInstant(), text);
        } catch (DateTimeException e) {
            noClock(text);
            if (!ZONED.matcher(text).matches()) {
                throw new BadValue(
                        ErrorCode.WRONG_TYPE,
                        BadValue.shown(text) + " has no zone that could be read, a timestamptz needs one",
                        "end it with Z or an offset such as +01:00");
            }
            throw unreadable(text, "a timestamptz", "send it as 2024-01-31T23:59:59.999999+01:00");
        }
    }

    private static String bounded(String text, String type) {
        if (text.length() > TEXT_CHARS_MAX) {
            throw BadValue.wrongType(BadValue.shown(text), type);
        }
        return text;
    }

    /** Also takes a space where ISO 8601 has a T, as databases print it. */
    private static String separated(String text) {
        if (text.length() > DATE_CHARS && text.charAt(DATE_CHARS) == ' ') {
            return text.substring(0, DATE_CHARS) + 'T' + text.substring(DATE_CHARS + 1);
        }
        return text;
    }

    private static void noClock(String text) {
        if (DATE_ONLY.matcher(text).matches()) {
            throw new BadValue(
                    ErrorCode.WRONG_TYPE,
                    BadValue.shown(text) + " is a date without a time of day",
                    "add the time, as in 2024-01-31T00:00:00, or make the column a date");
        }
    }

    private static long instant(Instant instant, String text) {
        return Ranges.timestamp(Ranges.micros(instant.getEpochSecond()) + micros(instant.getNano(), text));
    }

    private static long micros(long nanos, String text) {
        if (nanos % NANOS_A_MICRO != 0) {
            throw BadValue.outOfRange(
                    BadValue.shown(text) + " is finer than microseconds", "round it to 6 digits after the second");
        }
        return nanos / NANOS_A_MICRO;
    }

    private static BadValue unreadable(String text, String what, String action) {
        return new BadValue(ErrorCode.WRONG_TYPE, BadValue.shown(text) + " can't be read as " + what, action);
    }
}
