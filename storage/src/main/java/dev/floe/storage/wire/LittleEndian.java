package dev.floe.storage.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian buffers from and to primitive arrays, in bulk copies. */
final class LittleEndian {
    private LittleEndian() {}

    static ByteString ints(int[] values, int count) {
        ByteBuffer buffer = buffer(count, Integer.BYTES);
        buffer.asIntBuffer().put(values, 0, count);
        return UnsafeByteOperations.unsafeWrap(buffer);
    }

    static ByteString longs(long[] values, int count) {
        ByteBuffer buffer = buffer(count, Long.BYTES);
        buffer.asLongBuffer().put(values, 0, count);
        return UnsafeByteOperations.unsafeWrap(buffer);
    }

    static ByteString floats(float[] values, int count) {
        ByteBuffer buffer = buffer(count, Float.BYTES);
        buffer.asFloatBuffer().put(values, 0, count);
        return UnsafeByteOperations.unsafeWrap(buffer);
    }

    static ByteString doubles(double[] values, int count) {
        ByteBuffer buffer = buffer(count, Double.BYTES);
        buffer.asDoubleBuffer().put(values, 0, count);
        return UnsafeByteOperations.unsafeWrap(buffer);
    }

    static int[] toInts(ByteString bytes) {
        int[] values = new int[bytes.size() / Integer.BYTES];
        view(bytes).asIntBuffer().get(values);
        return values;
    }

    static long[] toLongs(ByteString bytes) {
        long[] values = new long[bytes.size() / Long.BYTES];
        view(bytes).asLongBuffer().get(values);
        return values;
    }

    static float[] toFloats(ByteString bytes) {
        float[] values = new float[bytes.size() / Float.BYTES];
        view(bytes).asFloatBuffer().get(values);
        return values;
    }

    static double[] toDoubles(ByteString bytes) {
        double[] values = new double[bytes.size() / Double.BYTES];
        view(bytes).asDoubleBuffer().get(values);
        return values;
    }

    private static ByteBuffer buffer(int count, int width) {
        return ByteBuffer.allocate(Math.multiplyExact(count, width)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer view(ByteString bytes) {
        return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
