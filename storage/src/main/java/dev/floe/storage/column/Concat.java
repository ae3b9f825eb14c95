package dev.floe.storage.column;

import java.util.Arrays;
import java.util.List;

/**
 * Puts vectors of one column and one physical form behind one another.
 *
 * <p>Whole ranges are copied where the form allows it. Byte strings whose dictionaries are equal keep it; other
 * dictionaries are resolved, and nested columns are copied row by row.
 */
public final class Concat {
    private Concat() {}

    /** All rows of all vectors, in order; one vector is handed back as it is. */
    public static Vector of(List<Vector> sources) {
        Vector first = sources.get(0);
        if (sources.size() == 1) {
            return first;
        }
        int size = size(sources);
        if (first instanceof IntVector) {
            return ints(sources, size);
        }
        if (first instanceof LongVector) {
            return longs(sources, size);
        }
        if (first instanceof DoubleVector) {
            return doubles(sources, size);
        }
        if (first instanceof FixedVector fixed) {
            return fixed(sources, size, fixed.width());
        }
        if (first instanceof BytesVector bytes) {
            return shareDictionary(sources, bytes) ? coded(sources, bytes, size) : plain(sources, size);
        }
        return Gather.from(sources, everyRow(sources, size), size);
    }

    private static int size(List<Vector> sources) {
        int size = 0;
        for (Vector source : sources) {
            size = Math.addExact(size, source.size());
        }
        return size;
    }

    private static long[] everyRow(List<Vector> sources, int size) {
        long[] positions = new long[size];
        int at = 0;
        for (int source = 0; source < sources.size(); source++) {
            for (int row = 0; row < sources.get(source).size(); row++) {
                positions[at++] = Gather.position(source, row);
            }
        }
        return positions;
    }

    private static Validity validity(List<Vector> sources) {
        boolean all = true;
        for (Vector source : sources) {
            all &= source.validity().isAll();
        }
        if (all) {
            return Validity.all();
        }
        ValidityBuilder validity = new ValidityBuilder();
        for (Vector source : sources) {
            for (int row = 0; row < source.size(); row++) {
                validity.add(!source.isNull(row));
            }
        }
        return validity.build();
    }

    private static Vector ints(List<Vector> sources, int size) {
        int[] out = new int[size];
        int at = 0;
        for (Vector source : sources) {
            System.arraycopy(((IntVector) source).values(), 0, out, at, source.size());
            at += source.size();
        }
        return new IntVector(out, size, validity(sources));
    }

    private static Vector longs(List<Vector> sources, int size) {
        long[] out = new long[size];
        int at = 0;
        for (Vector source : sources) {
            System.arraycopy(((LongVector) source).values(), 0, out, at, source.size());
            at += source.size();
        }
        return new LongVector(out, size, validity(sources));
    }

    private static Vector doubles(List<Vector> sources, int size) {
        double[] out = new double[size];
        int at = 0;
        for (Vector source : sources) {
            System.arraycopy(((DoubleVector) source).values(), 0, out, at, source.size());
            at += source.size();
        }
        return new DoubleVector(out, size, validity(sources));
    }

    private static Vector fixed(List<Vector> sources, int size, int width) {
        byte[] out = new byte[Math.multiplyExact(size, width)];
        int at = 0;
        for (Vector source : sources) {
            int bytes = source.size() * width;
            System.arraycopy(((FixedVector) source).data(), 0, out, at, bytes);
            at += bytes;
        }
        return new FixedVector(out, width, size, validity(sources));
    }

    private static boolean shareDictionary(List<Vector> sources, BytesVector first) {
        for (Vector source : sources) {
            BytesVector bytes = (BytesVector) source;
            if (bytes.codes() == null || bytes.dictionarySize() != first.dictionarySize()) {
                return false;
            }
            boolean same = bytes == first
                    || (Arrays.equals(bytes.offsets(), first.offsets()) && Arrays.equals(bytes.data(), first.data()));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static Vector coded(List<Vector> sources, BytesVector first, int size) {
        int[] codes = new int[size];
        int at = 0;
        for (Vector source : sources) {
            for (int row = 0; row < source.size(); row++) {
                codes[at++] = ((BytesVector) source).slot(row);
            }
        }
        return BytesVector.dictionary(
                first.offsets(), first.data(), first.dictionarySize(), codes, size, validity(sources));
    }

    private static Vector plain(List<Vector> sources, int size) {
        int[] offsets = new int[size + 1];
        int at = 0;
        for (Vector source : sources) {
            BytesVector bytes = (BytesVector) source;
            for (int row = 0; row < source.size(); row++) {
                int length = bytes.isNull(row) ? 0 : bytes.length(row);
                offsets[at + 1] = Math.addExact(offsets[at], length);
                at++;
            }
        }
        byte[] data = new byte[offsets[size]];
        at = 0;
        for (Vector source : sources) {
            BytesVector bytes = (BytesVector) source;
            int end = at + source.size();
            if (isDense(bytes, offsets[end] - offsets[at])) {
                System.arraycopy(bytes.data(), bytes.offsets()[0], data, offsets[at], offsets[end] - offsets[at]);
            } else {
                copyRows(bytes, data, offsets, at);
            }
            at = end;
        }
        return BytesVector.plain(offsets, data, size, validity(sources));
    }

    /** Whether a vector's rows are its slots, with no bytes of absent rows between them. */
    private static boolean isDense(BytesVector source, int length) {
        return source.codes() == null && source.offsets()[source.size()] - source.offsets()[0] == length;
    }

    private static void copyRows(BytesVector source, byte[] data, int[] offsets, int at) {
        for (int row = 0; row < source.size(); row++) {
            int length = offsets[at + row + 1] - offsets[at + row];
            if (length > 0) {
                System.arraycopy(source.data(), source.start(row), data, offsets[at + row], length);
            }
        }
    }
}
