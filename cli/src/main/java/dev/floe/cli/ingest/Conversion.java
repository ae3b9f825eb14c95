package dev.floe.cli.ingest;

import org.apache.parquet.io.api.Binary;

/** How a physical value of a file becomes one of a column; throws FloeException where that value does not fit. */
sealed interface Conversion {
    /** To boolean. */
    record Bool() implements Conversion {}

    /** To int, or to days of a date. */
    record Ints(ToInt to) implements Conversion {}

    /** To long, microseconds of a time or timestamp, or the unscaled value of a decimal of precision up to 18. */
    record Longs(ToLong to) implements Conversion {}

    /** To float. */
    record Floats() implements Conversion {}

    /** To double. */
    record Doubles(ToDouble to) implements Conversion {}

    /** To the bytes of a string or binary. */
    record Bytes() implements Conversion {}

    /** To 16 bytes, big endian: a uuid, or the unscaled value of a wider decimal. */
    record Fixed(ToBytes to) implements Conversion {}

    /** A value as int. */
    interface ToInt {
        int of(Cell cell);
    }

    /** A value as long. */
    interface ToLong {
        long of(Cell cell);
    }

    /** A value as double. */
    interface ToDouble {
        double of(Cell cell);
    }

    /** A value as bytes. */
    interface ToBytes {
        byte[] of(Binary value);
    }
}
