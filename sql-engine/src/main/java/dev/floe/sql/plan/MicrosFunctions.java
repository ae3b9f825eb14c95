package dev.floe.sql.plan;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.calcite.linq4j.function.Strict;

/**
 * Functions of times in microseconds since the epoch, or since midnight; generated code calls them.
 *
 * <p>Calcite's generated code counts milliseconds, Iceberg microseconds: plans carry microseconds as BIGINT, and
 * these functions go to Calcite's form and back without losing what is below a millisecond.
 */
public final class MicrosFunctions {
    private static final long MICROS_A_MILLI = 1_000;
    private static final long MICROS_A_SECOND = 1_000_000;
    private static final long NANOS_A_MICRO = 1_000;
    private static final long MICROS_A_DAY = 86_400_000_000L;
    private static final int MICROS_DIGITS = 6;
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd[['T'][' ']HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendPattern("]")
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .toFormatter(Locale.ROOT);

    private MicrosFunctions() {}

    /** The millisecond in which a microsecond lies. */
    @Strict
    public static long millisBelow(long micros) {
        return Math.floorDiv(micros, MICROS_A_MILLI);
    }

    /** The first millisecond not before a microsecond. */
    @Strict
    public static long millisAbove(long micros) {
        return -Math.floorDiv(-micros, MICROS_A_MILLI);
    }

    @Strict
    public static int millisOfDay(long micros) {
        return Math.toIntExact(Math.floorDiv(micros, MICROS_A_MILLI));
    }

    @Strict
    public static long ofMillis(long millis) {
        return Math.multiplyExact(millis, MICROS_A_MILLI);
    }

    @Strict
    public static long ofMillisOfDay(int millis) {
        return millis * MICROS_A_MILLI;
    }

    /** {@code millis} with what {@code micros} has below its millisecond. */
    @Strict
    public static long withRest(long millis, long micros) {
        return Math.addExact(ofMillis(millis), Math.floorMod(micros, MICROS_A_MILLI));
    }

    /** Microseconds within the minute. */
    @Strict
    public static long microsOfMinute(long micros) {
        return Math.floorMod(micros, 60 * MICROS_A_SECOND);
    }

    @Strict
    public static int days(long micros) {
        return Math.toIntExact(Math.floorDiv(micros, MICROS_A_DAY));
    }

    @Strict
    public static long ofDays(int days) {
        return days * MICROS_A_DAY;
    }

    @Strict
    public static long microsOfDay(long micros) {
        return Math.floorMod(micros, MICROS_A_DAY);
    }

    /** Cut to a number of digits below the second. */
    @Strict
    public static long cut(long micros, int digits) {
        long unit = MICROS_A_SECOND;
        for (int i = 0; i < digits; i++) {
            unit /= 10;
        }
        return unit <= 1 ? micros : Math.floorDiv(micros, unit) * unit;
    }

    /** Such as {@code 2026-01-31 08:09:10.123456}, without zeros at the fraction's end. */
    @Strict
    public static String timestampText(long micros) {
        LocalDateTime time = LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
        return SECONDS.format(time) + fraction(Math.floorMod(micros, MICROS_A_SECOND));
    }

    /** As {@link #timestampText}, with the zone UTC. */
    @Strict
    public static String instantText(long micros) {
        return timestampText(micros) + " UTC";
    }

    @Strict
    public static String timeText(long micros) {
        LocalTime whole = LocalTime.ofSecondOfDay(micros / MICROS_A_SECOND);
        return DateTimeFormatter.ISO_LOCAL_TIME.format(whole) + fraction(micros % MICROS_A_SECOND);
    }

    /** Microseconds of a text such as {@code 2026-01-31 08:09:10.123456}; throws where it is none. */
    @Strict
    public static long parseTimestamp(String text) {
        try {
            return micros(LocalDateTime.parse(text.strip(), TIMESTAMP));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is no TIMESTAMP such as 2026-01-31 08:09:10.5", e);
        }
    }

    /** As {@link #parseTimestamp}, where an offset such as {@code Z} or {@code +02:00} may follow; UTC without. */
    @Strict
    public static long parseInstant(String text) {
        String iso = text.strip().replace(" UTC", "Z").replace(' ', 'T');
        try {
            OffsetDateTime time = OffsetDateTime.parse(iso);
            return micros(LocalDateTime.ofInstant(time.toInstant(), ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return parseTimestamp(text);
        }
    }

    @Strict
    public static long parseTime(String text) {
        try {
            return LocalTime.parse(text.strip(), TIME).toNanoOfDay() / NANOS_A_MICRO;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is no TIME such as 08:09:10.5", e);
        }
    }

    private static long micros(LocalDateTime time) {
        return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), time);
    }

    private static String fraction(long micros) {
        if (micros == 0) {
            return "";
        }
        String digits = String.format(Locale.ROOT, "%0" + MICROS_DIGITS + "d", micros);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return "." + digits.substring(0, end);
    }
}
