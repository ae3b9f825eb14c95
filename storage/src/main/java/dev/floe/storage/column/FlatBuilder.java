package dev.floe.storage.column;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;

/** Builders of vectors without children. */
abstract sealed class FlatBuilder extends VectorBuilder {
    private static final long NANOS_A_MICRO = 1_000;
    private static final long MICROS_A_SECOND = 1_000_000;

    static final class Booleans extends FlatBuilder {
        private boolean[] values;

        Booleans(int capacity) {
            values = new boolean[capacity];
        }

        @Override
        void put(Object value) {
            int at = size() - 1;
            values = at < values.length ? values : Arrays.copyOf(values, values.length * 2);
            values[at] = (Boolean) value;
        }

        @Override
        void putAbsent() {
            values = size() <= values.length ? values : Arrays.copyOf(values, values.length * 2);
        }

        @Override
        public Vector build() {
            return new BooleanVector(values, size(), validity.build());
        }
    }

    static sealed class Ints extends FlatBuilder {
        private int[] values;

        Ints(int capacity) {
            values = new int[capacity];
        }

        int of(Object value) {
            return ((Number) value).intValue();
        }

        @Override
        final void put(Object value) {
            putAbsent();
            values[size() - 1] = of(value);
        }

        @Override
        final void putAbsent() {
            values = size() <= values.length ? values : Arrays.copyOf(values, values.length * 2);
        }

        @Override
        public final Vector build() {
            return new IntVector(values, size(), validity.build());
        }
    }

    static final class Dates extends Ints {
        Dates(int capacity) {
            super(capacity);
        }

        @Override
        int of(Object value) {
            return value instanceof LocalDate date ? Math.toIntExact(date.toEpochDay()) : super.of(value);
        }
    }

    static sealed class Longs extends FlatBuilder {
        private long[] values;

        Longs(int capacity) {
            values = new long[capacity];
        }

        long of(Object value) {
            return ((Number) value).longValue();
        }

        @Override
        final void put(Object value) {
            putAbsent();
            values[size() - 1] = of(value);
        }

        @Override
        final void putAbsent() {
            values = size() <= values.length ? values : Arrays.copyOf(values, values.length * 2);
        }

        @Override
        public final Vector build() {
            return new LongVector(values, size(), validity.build());
        }
    }

    static final class Times extends Longs {
        Times(int capacity) {
            super(capacity);
        }

        @Override
        long of(Object value) {
            return value instanceof LocalTime time ? time.toNanoOfDay() / NANOS_A_MICRO : super.of(value);
        }
    }

    static final class Timestamps extends Longs {
        private final boolean zoned;

        Timestamps(int capacity, boolean zoned) {
            super(capacity);
            this.zoned = zoned;
        }

        @Override
        long of(Object value) {
            if (zoned && value instanceof OffsetDateTime time) {
                return micros(time.toInstant());
            }
            if (zoned && value instanceof Instant time) {
                return micros(time);
            }
            if (!zoned && value instanceof LocalDateTime time) {
                return micros(time.toInstant(ZoneOffset.UTC));
            }
            return super.of(value);
        }

        /** Not through ChronoUnit, which counts nanoseconds on the way and ends in the year 2262. */
        private static long micros(Instant time) {
            return Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), MICROS_A_SECOND), time.getNano() / NANOS_A_MICRO);
        }
    }

    static final class LongDecimals extends Longs {
        private final int scale;

        LongDecimals(int capacity, int scale) {
            super(capacity);
            this.scale = scale;
        }

        @Override
        long of(Object value) {
            return ((BigDecimal) value).setScale(scale).unscaledValue().longValueExact();
        }
    }

    static final class Floats extends FlatBuilder {
        private float[] values;

        Floats(int capacity) {
            values = new float[capacity];
        }

        @Override
        void put(Object value) {
            putAbsent();
            values[size() - 1] = ((Number) value).floatValue();
        }

        @Override
        void putAbsent() {
            values = size() <= values.length ? values : Arrays.copyOf(values, values.length * 2);
        }

        @Override
        public Vector build() {
            return new FloatVector(values, size(), validity.build());
        }
    }

    static final class Doubles extends FlatBuilder {
        private double[] values;

        Doubles(int capacity) {
            values = new double[capacity];
        }

        @Override
        void put(Object value) {
            putAbsent();
            values[size() - 1] = ((Number) value).doubleValue();
        }

        @Override
        void putAbsent() {
            values = size() <= values.length ? values : Arrays.copyOf(values, values.length * 2);
        }

        @Override
        public Vector build() {
            return new DoubleVector(values, size(), validity.build());
        }
    }

    static final class Bytes extends FlatBuilder {
        private static final int BYTES_A_ROW_GUESS = 16;

        private int[] offsets;
        private byte[] data;
        private int end;

        Bytes(int capacity) {
            offsets = new int[capacity + 1];
            data = new byte[capacity * BYTES_A_ROW_GUESS];
        }

        @Override
        void put(Object value) {
            byte[] bytes;
            if (value instanceof byte[] array) {
                bytes = array;
            } else if (value instanceof ByteBuffer buffer) {
                bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
            } else {
                bytes = value.toString().getBytes(StandardCharsets.UTF_8);
            }
            int length = Math.addExact(end, bytes.length);
            if (length > data.length) {
                data = Arrays.copyOf(data, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(length, data.length * 2L)));
            }
            System.arraycopy(bytes, 0, data, end, bytes.length);
            end = length;
            putAbsent();
        }

        @Override
        void putAbsent() {
            offsets = size() < offsets.length ? offsets : Arrays.copyOf(offsets, offsets.length * 2);
            offsets[size()] = end;
        }

        @Override
        public Vector build() {
            return BytesVector.plain(offsets, data, size(), validity.build());
        }
    }

    static sealed class Fixed extends FlatBuilder {
        private final int width;
        private byte[] data;

        Fixed(int capacity, int width) {
            this.width = width;
            this.data = new byte[capacity * width];
        }

        void write(Object value, byte[] out, int at) {
            throw new IllegalArgumentException("not a value of " + width + " bytes: " + value.getClass());
        }

        @Override
        final void put(Object value) {
            putAbsent();
            write(value, data, (size() - 1) * width);
        }

        @Override
        final void putAbsent() {
            data = size() * width <= data.length ? data : Arrays.copyOf(data, data.length * 2);
        }

        @Override
        public final Vector build() {
            return new FixedVector(data, width, size(), validity.build());
        }
    }

    static final class Uuids extends Fixed {
        Uuids(int capacity) {
            super(capacity, PhysicalForm.UUID_BYTES);
        }

        @Override
        void write(Object value, byte[] out, int at) {
            if (value instanceof byte[] bytes) {
                System.arraycopy(bytes, 0, out, at, PhysicalForm.UUID_BYTES);
            } else {
                UUID uuid = (UUID) value;
                ByteBuffer.wrap(out, at, PhysicalForm.UUID_BYTES)
                        .putLong(uuid.getMostSignificantBits())
                        .putLong(uuid.getLeastSignificantBits());
            }
        }
    }

    static final class WideDecimals extends Fixed {
        private final int scale;

        WideDecimals(int capacity, int scale) {
            super(capacity, PhysicalForm.WIDE_DECIMAL_BYTES);
            this.scale = scale;
        }

        @Override
        void write(Object value, byte[] out, int at) {
            PhysicalForm.putWideDecimal(((BigDecimal) value).setScale(scale), out, at);
        }
    }
}
