package dev.floe.gateway.convert;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.Value;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.apache.iceberg.types.Types;

/** Sinks of columns without parts. */
final class FlatSinks {
    private FlatSinks() {}

    private static int grown(int capacity) {
        return Math.max(16, capacity + (capacity >> 1));
    }

    static final class Booleans extends ValueSink {
        private boolean[] values;

        Booleans(int slots) {
            super(slots);
            values = new boolean[slots];
        }

        @Override
        void put(Value value, int slot) {
            boolean taken = RowValues.bool(value);
            putNothing(slot);
            values[slot] = taken;
        }

        @Override
        void putNothing(int slot) {
            if (slot == values.length) {
                values = Arrays.copyOf(values, grown(slot));
            }
        }

        @Override
        Vector finish() {
            return new BooleanVector(values, size(), validity());
        }
    }

    static final class Ints extends ValueSink {
        private final ToIntFunction<Value> take;
        private int[] values;

        Ints(int slots, ToIntFunction<Value> take) {
            super(slots);
            this.take = take;
            values = new int[slots];
        }

        @Override
        void put(Value value, int slot) {
            int taken = take.applyAsInt(value);
            putNothing(slot);
            values[slot] = taken;
        }

        @Override
        void putNothing(int slot) {
            if (slot == values.length) {
                values = Arrays.copyOf(values, grown(slot));
            }
        }

        @Override
        Vector finish() {
            return new IntVector(values, size(), validity());
        }
    }

    static final class Longs extends ValueSink {
        private final ToLongFunction<Value> take;
        private long[] values;

        Longs(int slots, ToLongFunction<Value> take) {
            super(slots);
            this.take = take;
            values = new long[slots];
        }

        @Override
        void put(Value value, int slot) {
            long taken = take.applyAsLong(value);
            putNothing(slot);
            values[slot] = taken;
        }

        @Override
        void putNothing(int slot) {
            if (slot == values.length) {
                values = Arrays.copyOf(values, grown(slot));
            }
        }

        @Override
        Vector finish() {
            return new LongVector(values, size(), validity());
        }
    }

    static final class Floats extends ValueSink {
        private float[] values;

        Floats(int slots) {
            super(slots);
            values = new float[slots];
        }

        @Override
        void put(Value value, int slot) {
            float taken = RowValues.float32(value);
            putNothing(slot);
            values[slot] = taken;
        }

        @Override
        void putNothing(int slot) {
            if (slot == values.length) {
                values = Arrays.copyOf(values, grown(slot));
            }
        }

        @Override
        Vector finish() {
            return new FloatVector(values, size(), validity());
        }
    }

    static final class Doubles extends ValueSink {
        private double[] values;

        Doubles(int slots) {
            super(slots);
            values = new double[slots];
        }

        @Override
        void put(Value value, int slot) {
            double taken = RowValues.float64(value);
            putNothing(slot);
            values[slot] = taken;
        }

        @Override
        void putNothing(int slot) {
            if (slot == values.length) {
                values = Arrays.copyOf(values, grown(slot));
            }
        }

        @Override
        Vector finish() {
            return new DoubleVector(values, size(), validity());
        }
    }

    static final class Bytes extends ValueSink {
        private static final int BYTES_A_SLOT_GUESS = 12;
        private static final int BYTES_AT_FIRST_MAX = 4 << 10;

        private final Function<Value, byte[]> take;
        private int[] offsets;
        private byte[] data;
        private int end;

        Bytes(int slots, Function<Value, byte[]> take) {
            super(slots);
            this.take = take;
            offsets = new int[slots + 1];
            // what a column takes beyond its slots follows from what was sent of it
            data = new byte[(int) Math.min(BYTES_AT_FIRST_MAX, (long) slots * BYTES_A_SLOT_GUESS)];
        }

        @Override
        void put(Value value, int slot) {
            byte[] taken = take.apply(value);
            int newEnd = Math.addExact(end, taken.length);
            if (newEnd > data.length) {
                data = Arrays.copyOf(data, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(newEnd, 2L * data.length)));
            }
            System.arraycopy(taken, 0, data, end, taken.length);
            end = newEnd;
            putNothing(slot);
        }

        @Override
        void putNothing(int slot) {
            if (slot + 1 == offsets.length) {
                offsets = Arrays.copyOf(offsets, grown(slot + 1));
            }
            offsets[slot + 1] = end;
        }

        @Override
        Vector finish() {
            return BytesVector.plain(offsets, data, size(), validity());
        }
    }

    static final class Uuids extends ValueSink {
        private byte[] data;

        Uuids(int slots) {
            super(slots);
            data = new byte[slots * Decimals.FIXED_BYTES];
        }

        @Override
        void put(Value value, int slot) {
            UUID taken = RowValues.uuid(value);
            putNothing(slot);
            ByteBuffer.wrap(data)
                    .putLong(slot * Decimals.FIXED_BYTES, taken.getMostSignificantBits())
                    .putLong(slot * Decimals.FIXED_BYTES + Long.BYTES, taken.getLeastSignificantBits());
        }

        @Override
        void putNothing(int slot) {
            if ((slot + 1) * Decimals.FIXED_BYTES > data.length) {
                data = Arrays.copyOf(data, grown(slot + 1) * Decimals.FIXED_BYTES);
            }
        }

        @Override
        Vector finish() {
            return new FixedVector(data, Decimals.FIXED_BYTES, size(), validity());
        }
    }

    static final class BigDecimals extends ValueSink {
        private final Types.DecimalType type;
        private byte[] data;

        BigDecimals(int slots, Types.DecimalType type) {
            super(slots);
            this.type = type;
            data = new byte[slots * Decimals.FIXED_BYTES];
        }

        @Override
        void put(Value value, int slot) {
            BigInteger taken = RowValues.decimal(value, type);
            putNothing(slot);
            Decimals.putFixed(taken, data, slot * Decimals.FIXED_BYTES);
        }

        @Override
        void putNothing(int slot) {
            if ((slot + 1) * Decimals.FIXED_BYTES > data.length) {
                data = Arrays.copyOf(data, grown(slot + 1) * Decimals.FIXED_BYTES);
            }
        }

        @Override
        Vector finish() {
            return new FixedVector(data, Decimals.FIXED_BYTES, size(), validity());
        }
    }
}
