package dev.floe.storage.run;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Vector;
import org.apache.iceberg.types.Type;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/** Emitters of values other than floats. */
final class LeafEmitters {
    private static final int DECIMAL_VECTOR_BYTES = 16;

    private LeafEmitters() {}

    /** A column of Parquet, with what its nulls need. */
    record Leaf(String path, boolean optional, int definition, ColumnWriter writer) {}

    /** Writes values of one vector class to one column. */
    abstract static class Primitive<V extends Vector> extends ColumnEmitter {
        private final Class<V> form;
        final ColumnWriter writer;
        private @Nullable V vector;

        Primitive(Leaf leaf, Class<V> form) {
            super(leaf.path(), leaf.optional(), leaf.definition());
            this.form = form;
            this.writer = leaf.writer();
        }

        abstract void writeValue(V values, int slot, int repetition);

        @Override
        void bind(@Nullable Vector source, @Nullable Type type) {
            if (source != null && !form.isInstance(source)) {
                throw mismatch(source);
            }
            vector = form.cast(source);
        }

        @Override
        final void write(int slot, int repetition) {
            V values = vector;
            if (values == null || values.isNull(slot)) {
                writeAbsent(repetition);
                return;
            }
            writeValue(values, slot, repetition);
        }

        @Override
        void writeNothing(int repetition, int definitionLevel) {
            writer.writeNull(repetition, definitionLevel);
        }
    }

    static final class Booleans extends Primitive<BooleanVector> {
        Booleans(Leaf leaf) {
            super(leaf, BooleanVector.class);
        }

        @Override
        void writeValue(BooleanVector values, int slot, int repetition) {
            writer.write(values.value(slot), repetition, definition);
        }
    }

    static final class Ints extends Primitive<IntVector> {
        Ints(Leaf leaf) {
            super(leaf, IntVector.class);
        }

        @Override
        void writeValue(IntVector values, int slot, int repetition) {
            writer.write(values.value(slot), repetition, definition);
        }
    }

    /** Longs, also of vectors written when the column was an int. */
    static final class Longs extends Primitive<Vector> {
        Longs(Leaf leaf) {
            super(leaf, Vector.class);
        }

        @Override
        void writeValue(Vector values, int slot, int repetition) {
            writer.write(longAt(values, slot), repetition, definition);
        }

        private long longAt(Vector values, int slot) {
            if (values instanceof LongVector longs) {
                return longs.value(slot);
            }
            if (values instanceof IntVector ints) {
                return ints.value(slot);
            }
            throw mismatch(values);
        }
    }

    static final class Bytes extends Primitive<BytesVector> {
        Bytes(Leaf leaf) {
            super(leaf, BytesVector.class);
        }

        @Override
        void writeValue(BytesVector values, int slot, int repetition) {
            Binary value = Binary.fromConstantByteArray(values.data(), values.start(slot), values.length(slot));
            writer.write(value, repetition, definition);
        }
    }

    static final class Fixed extends Primitive<FixedVector> {
        Fixed(Leaf leaf) {
            super(leaf, FixedVector.class);
        }

        @Override
        void writeValue(FixedVector values, int slot, int repetition) {
            Binary value = Binary.fromConstantByteArray(values.data(), slot * values.width(), values.width());
            writer.write(value, repetition, definition);
        }
    }

    /** Decimals that Parquet stores as int or long. */
    static final class ShortDecimals extends Primitive<LongVector> {
        private final boolean asInt;

        ShortDecimals(Leaf leaf, boolean asInt) {
            super(leaf, LongVector.class);
            this.asInt = asInt;
        }

        @Override
        void writeValue(LongVector values, int slot, int repetition) {
            if (asInt) {
                writer.write(Math.toIntExact(values.value(slot)), repetition, definition);
                return;
            }
            writer.write(values.value(slot), repetition, definition);
        }
    }

    /** Decimals that Parquet stores as bytes, also of vectors written when the precision was 18 or less. */
    static final class LongDecimals extends Primitive<Vector> {
        private final int width;

        LongDecimals(Leaf leaf, int width) {
            super(leaf, Vector.class);
            this.width = width;
        }

        @Override
        void writeValue(Vector values, int slot, int repetition) {
            writer.write(decimalAt(values, slot), repetition, definition);
        }

        private Binary decimalAt(Vector values, int slot) {
            if (values instanceof FixedVector fixed) {
                int end = (slot + 1) * fixed.width();
                return Binary.fromConstantByteArray(fixed.data(), end - Math.min(width, DECIMAL_VECTOR_BYTES), width);
            }
            if (values instanceof LongVector longs) {
                byte[] bytes = new byte[width];
                long unscaled = longs.value(slot);
                for (int i = width - 1; i >= 0; i--) {
                    bytes[i] = (byte) unscaled;
                    unscaled >>= Byte.SIZE;
                }
                return Binary.fromConstantByteArray(bytes);
            }
            throw mismatch(values);
        }
    }
}
