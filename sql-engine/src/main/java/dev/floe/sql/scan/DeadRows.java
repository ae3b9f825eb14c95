package dev.floe.sql.scan;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/** Positions of one data file whose rows are dead, as bits; immutable, and shared freely between threads. */
public final class DeadRows implements PositionDeleteIndex {
    private final long[] words;
    private final long count;

    private DeadRows(long[] words) {
        this.words = words;
        this.count = Arrays.stream(words).map(Long::bitCount).sum();
    }

    static DeadRows of(PositionDeleteIndex positions) {
        Words words = new Words();
        positions.forEach(words);
        return new DeadRows(words.bits);
    }

    static DeadRows at(List<long[]> positions) {
        Words words = new Words();
        positions.forEach(each -> Arrays.stream(each).forEach(words));
        return new DeadRows(words.bits);
    }

    /** These and others. */
    DeadRows and(DeadRows others) {
        long[] union = Arrays.copyOf(words, Math.max(words.length, others.words.length));
        for (int i = 0; i < others.words.length; i++) {
            union[i] |= others.words[i];
        }
        return new DeadRows(union);
    }

    @Override
    public boolean isDeleted(long position) {
        int word = (int) (position >>> 6);
        return word < words.length && (words[word] >>> position & 1) != 0;
    }

    @Override
    public boolean isEmpty() {
        return count == 0;
    }

    @Override
    public long cardinality() {
        return count;
    }

    /**
     * A bit for each row of a file of so many, the first row's in the highest place of the first byte, as SQL has them
     * in a bit string; rounded up to whole words.
     */
    public byte[] bits(long rows) {
        int count = Math.toIntExact((rows + Long.SIZE - 1) / Long.SIZE);
        ByteBuffer bits = ByteBuffer.allocate(Math.multiplyExact(count, Long.BYTES));
        for (int i = 0; i < Math.min(count, words.length); i++) {
            bits.putLong(i * Long.BYTES, Long.reverse(words[i]));
        }
        return bits.array();
    }

    long bytes() {
        return (long) words.length * Long.BYTES;
    }

    @Override
    public void delete(long position) {
        throw new UnsupportedOperationException("dead rows are shared");
    }

    @Override
    public void delete(long first, long end) {
        throw new UnsupportedOperationException("dead rows are shared");
    }

    private static final class Words implements LongConsumer {
        private long[] bits = new long[16];

        @Override
        public void accept(long position) {
            int word = Math.toIntExact(position >>> 6);
            if (word >= bits.length) {
                bits = Arrays.copyOf(bits, Math.max(word + 1, bits.length * 2));
            }
            bits[word] |= 1L << position;
        }
    }
}
