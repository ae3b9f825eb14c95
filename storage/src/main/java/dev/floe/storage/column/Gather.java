package dev.floe.storage.column;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects rows of one column from several vectors of the same physical form into a new vector.
 *
 * <p>A position is the vector's index in its upper 32 bits and the row in its lower ones.
 */
public final class Gather {
    private Gather() {}

    public static long position(int source, int row) {
        return (long) source << 32 | row;
    }

    /** Rows of one vector, in the order given; a dictionary is shared, not copied. */
    public static Vector rows(Vector source, int[] rows, int count) {
        if (source instanceof BytesVector bytes && bytes.codes() != null) {
            return dictionaryRows(bytes, rows, count);
        }
        long[] positions = new long[count];
        for (int i = 0; i < count; i++) {
            positions[i] = rows[i];
        }
        return from(List.of(source), positions, count);
    }

    /** Rows of several vectors, in the order of the positions. */
    public static Vector from(List<Vector> sources, long[] positions, int count) {
        Vector first = sources.get(0);
        if (first instanceof BooleanVector) {
            return booleans(sources, positions, count);
        }
        if (first instanceof IntVector) {
            return ints(sources, positions, count);
        }
        if (first instanceof LongVector) {
            return longs(sources, positions, count);
        }
        if (first instanceof FloatVector) {
            return floats(sources, positions, count);
        }
        if (first instanceof DoubleVector) {
            return doubles(sources, positions, count);
        }
        if (first instanceof BytesVector) {
            return bytes(sources, positions, count);
        }
        if (first instanceof FixedVector fixed) {
            return fixed(sources, positions, count, fixed.width());
        }
        return nested(sources, positions, count);
    }

    private static int source(long position) {
        return (int) (position >>> 32);
    }

    private static int row(long position) {
        return (int) position;
    }

    private static Validity validity(List<Vector> sources, long[] positions, int count) {
        boolean all = true;
        for (Vector source : sources) {
            all &= source.validity().isAll();
        }
        if (all) {
            return Validity.all();
        }
        ValidityBuilder validity = new ValidityBuilder();
        for (int i = 0; i < count; i++) {
            validity.add(!sources.get(source(positions[i])).isNull(row(positions[i])));
        }
        return validity.build();
    }

    private static Vector booleans(List<Vector> sources, long[] positions, int count) {
        boolean[] out = new boolean[count];
        for (int i = 0; i < count; i++) {
            out[i] = ((BooleanVector) sources.get(source(positions[i]))).value(row(positions[i]));
        }
        return new BooleanVector(out, count, validity(sources, positions, count));
    }

    private static Vector ints(List<Vector> sources, long[] positions, int count) {
        int[][] in = new int[sources.size()][];
        for (int s = 0; s < in.length; s++) {
            in[s] = ((IntVector) sources.get(s)).values();
        }
        int[] out = new int[count];
        for (int i = 0; i < count; i++) {
            out[i] = in[source(positions[i])][row(positions[i])];
        }
        return new IntVector(out, count, validity(sources, positions, count));
    }

    private static Vector longs(List<Vector> sources, long[] positions, int count) {
        long[][] in = new long[sources.size()][];
        for (int s = 0; s < in.length; s++) {
            in[s] = ((LongVector) sources.get(s)).values();
        }
        long[] out = new long[count];
        for (int i = 0; i < count; i++) {
            out[i] = in[source(positions[i])][row(positions[i])];
        }
        return new LongVector(out, count, validity(sources, positions, count));
    }

    private static Vector floats(List<Vector> sources, long[] positions, int count) {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = ((FloatVector) sources.get(source(positions[i]))).value(row(positions[i]));
        }
        return new FloatVector(out, count, validity(sources, positions, count));
    }

    private static Vector doubles(List<Vector> sources, long[] positions, int count) {
        double[][] in = new double[sources.size()][];
        for (int s = 0; s < in.length; s++) {
            in[s] = ((DoubleVector) sources.get(s)).values();
        }
        double[] out = new double[count];
        for (int i = 0; i < count; i++) {
            out[i] = in[source(positions[i])][row(positions[i])];
        }
        return new DoubleVector(out, count, validity(sources, positions, count));
    }

    private static Vector dictionaryRows(BytesVector source, int[] rows, int count) {
        int[] codes = new int[count];
        ValidityBuilder validity = new ValidityBuilder();
        for (int i = 0; i < count; i++) {
            codes[i] = source.slot(rows[i]);
            validity.add(!source.isNull(rows[i]));
        }
        return BytesVector.dictionary(
                source.offsets(), source.data(), source.dictionarySize(), codes, count, validity.build());
    }

    private static Vector bytes(List<Vector> sources, long[] positions, int count) {
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++) {
            BytesVector in = (BytesVector) sources.get(source(positions[i]));
            int row = row(positions[i]);
            offsets[i + 1] = Math.addExact(offsets[i], in.isNull(row) ? 0 : in.length(row));
        }
        byte[] data = new byte[offsets[count]];
        for (int i = 0; i < count; i++) {
            int length = offsets[i + 1] - offsets[i];
            if (length > 0) {
                BytesVector in = (BytesVector) sources.get(source(positions[i]));
                System.arraycopy(in.data(), in.start(row(positions[i])), data, offsets[i], length);
            }
        }
        return BytesVector.plain(offsets, data, count, validity(sources, positions, count));
    }

    private static Vector fixed(List<Vector> sources, long[] positions, int count, int width) {
        byte[] out = new byte[Math.multiplyExact(count, width)];
        for (int i = 0; i < count; i++) {
            FixedVector in = (FixedVector) sources.get(source(positions[i]));
            System.arraycopy(in.data(), row(positions[i]) * width, out, i * width, width);
        }
        return new FixedVector(out, width, count, validity(sources, positions, count));
    }

    private static Vector nested(List<Vector> sources, long[] positions, int count) {
        Validity validity = validity(sources, positions, count);
        if (sources.get(0) instanceof StructVector shape) {
            List<Vector> children = new ArrayList<>();
            for (int child = 0; child < shape.children().size(); child++) {
                List<Vector> in = new ArrayList<>();
                for (Vector source : sources) {
                    in.add(((StructVector) source).children().get(child));
                }
                children.add(from(in, positions, count));
            }
            return new StructVector(shape.fieldIds(), children, count, validity);
        }
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++) {
            Vector in = sources.get(source(positions[i]));
            int row = row(positions[i]);
            int length = in.isNull(row) ? 0 : offsetsOf(in)[row + 1] - offsetsOf(in)[row];
            offsets[i + 1] = Math.addExact(offsets[i], length);
        }
        long[] inner = new long[offsets[count]];
        for (int i = 0; i < count; i++) {
            int length = offsets[i + 1] - offsets[i];
            int source = source(positions[i]);
            int start = length == 0 ? 0 : offsetsOf(sources.get(source))[row(positions[i])];
            for (int j = 0; j < length; j++) {
                inner[offsets[i] + j] = position(source, start + j);
            }
        }
        if (sources.get(0) instanceof ListVector) {
            List<Vector> elements =
                    sources.stream().map(v -> ((ListVector) v).elements()).toList();
            return new ListVector(offsets, from(elements, inner, inner.length), count, validity);
        }
        List<Vector> keys = sources.stream().map(v -> ((MapVector) v).keys()).toList();
        List<Vector> values =
                sources.stream().map(v -> ((MapVector) v).values()).toList();
        return new MapVector(
                offsets, from(keys, inner, inner.length), from(values, inner, inner.length), count, validity);
    }

    private static int[] offsetsOf(Vector vector) {
        return vector instanceof ListVector list ? list.offsets() : ((MapVector) vector).offsets();
    }
}
