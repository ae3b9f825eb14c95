package dev.floe.gateway.convert;

import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The values that dates, times and timestamps may have: years 0001 to 9999.
 *
 * <p>SQL, Parquet readers and Python's datetime agree on these; Iceberg itself would take more.
 */
final class Ranges {
    static final long DATE_MIN = LocalDate.of(1, 1, 1).toEpochDay();
    static final long DATE_MAX = LocalDate.of(9999, 12, 31).toEpochDay();
    static final long MICROS_A_SECOND = 1_000_000;
    static final long MICROS_A_DAY = 86_400 * MICROS_A_SECOND;
    static final long TIMESTAMP_MIN =
            LocalDate.of(1, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC) * MICROS_A_SECOND;
    static final long TIMESTAMP_MAX =
            LocalDate.of(10_000, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC) * MICROS_A_SECOND - 1;

    private static final String YEARS = "keep it within the years 0001 to 9999";

    private Ranges() {}

    static int date(long days) {
        if (days < DATE_MIN || days > DATE_MAX) {
            throw BadValue.outOfRange("day " + days + " since 1970-01-01 is out of range", YEARS);
        }
        return (int) days;
    }

    static long time(long micros) {
        if (micros < 0 || micros >= MICROS_A_DAY) {
            throw BadValue.outOfRange(
                    micros + " microseconds are no time of day", "send 0 to " + (MICROS_A_DAY - 1) + " microseconds");
        }
        return micros;
    }

    static long timestamp(long micros) {
        if (micros < TIMESTAMP_MIN || micros > TIMESTAMP_MAX) {
            throw BadValue.outOfRange(micros + " microseconds since 1970-01-01 are out of range", YEARS);
        }
        return micros;
    }

    /** Seconds as microseconds; out of range where they overflow. */
    static long micros(long seconds) {
        if (Math.abs(seconds) > Long.MAX_VALUE / MICROS_A_SECOND) {
            throw BadValue.outOfRange(seconds + " seconds since 1970-01-01 are out of range", YEARS);
        }
        return seconds * MICROS_A_SECOND;
    }
}
