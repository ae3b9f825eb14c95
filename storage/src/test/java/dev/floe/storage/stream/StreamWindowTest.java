package dev.floe.storage.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamWindowTest {
    private static final StreamId STREAM = StreamId.of(new UUID(1, 2), "orders");
    private static final Duration DAY = Duration.ofHours(24);

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 500));
    }

    /**
     * Writers of one stream through connections that fail at any entry, entries of dead connections that arrive late,
     * and a restart of the job in between: every acked row is taken, none twice.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void takesEachRowOnce(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Bucket bucket = new Bucket(random);
        long acked = 0;
        long epoch = 0;
        for (int connection = 0; connection < 12; connection++) {
            acked = new Connection(random, bucket, ++epoch, acked).run();
            if (random.nextInt(4) == 0) {
                bucket.restart();
            }
        }
        bucket.late();

        assertThat(bucket.taken).doesNotHaveDuplicates();
        TreeSet<Long> expected = new TreeSet<>();
        for (long row = 0; row < acked; row++) {
            if (Bucket.has(row)) {
                expected.add(row);
            }
        }
        assertThat(new TreeSet<>(bucket.taken).headSet(acked)).isEqualTo(expected);
    }

    @Test
    void leavesOutAnEntryWhosePredecessorIsMissing() {
        StreamWindow window = new StreamWindow(DAY);
        assertThat(window.repeated(0, 1, List.of(rows(1, StreamRows.NONE, 0, 1))))
                .isNull();
        assertThat(window.repeated(1, 1, List.of(rows(1, 3, 4, 5)))).isEqualTo(bits(0, 1));
        assertThat(window.repeated(2, 1, List.of(rows(1, StreamRows.NONE, 2, 3, 4, 5))))
                .isNull();
        assertThat(window.entriesUnlinked()).isEqualTo(1);
    }

    @Test
    void takesAnEntryWhosePredecessorMayBeBeforeTheBeginForSomeMinutes() {
        long minute = 60_000;
        StreamWindow window = new StreamWindow(DAY);
        window.startedLate(5);
        assertThat(window.repeated(7, minute, List.of(rows(1, 3, 4, 5)))).isNull();

        StreamWindow later = new StreamWindow(DAY);
        later.startedLate(5);
        assertThat(later.repeated(7, 11 * minute, List.of(rows(1, 3, 4, 5)))).isEqualTo(bits(0, 1));
    }

    /** Rows 2 and 3 were in an entry that nobody can read. */
    @Test
    void takesTheNextEntryOfEachStreamAfterOneThatCanNotBeRead() {
        StreamId other = StreamId.of(new UUID(1, 2), "clicks");
        StreamWindow window = new StreamWindow(DAY);
        assertThat(window.repeated(0, 1, List.of(rows(1, StreamRows.NONE, 0, 1))))
                .isNull();
        window.missed(1, 1);
        window = StreamWindow.decode(window.encode(), DAY);
        assertThat(window.repeated(2, 1, List.of(rows(1, 3, 4, 5)))).isNull();
        assertThat(window.repeated(3, 1, List.of(rows(1, 5, 6)))).isNull();
        assertThat(window.repeated(4, 1, List.of(StreamRows.of(other, 1, 7, new long[] {8, 9}))))
                .as("a stream whose first entry was the one")
                .isNull();
        assertThat(window.repeated(5, 1, List.of(rows(1, 8, 9))))
                .as("once a stream goes on, what is missing never came")
                .isEqualTo(bits(0));
        window.missed(5, 1);
        assertThat(window.repeated(6, 1, List.of(rows(1, 8, 9))))
                .as("an entry that was shown before")
                .isEqualTo(bits(0));
    }

    @Test
    void leavesOutAFencedWriter() {
        StreamWindow window = new StreamWindow(DAY);
        assertThat(window.repeated(0, 1, List.of(rows(2, StreamRows.NONE, 0, 1))))
                .isNull();
        assertThat(window.repeated(1, 1, List.of(rows(1, StreamRows.NONE, 2, 3))))
                .isEqualTo(bits(0, 1));
        assertThat(window.entriesFenced()).isEqualTo(1);
    }

    @Test
    void keepsStreamsOfAnEntryApart() {
        StreamId other = StreamId.of(new UUID(1, 2), "clicks");
        StreamWindow window = new StreamWindow(DAY);
        assertThat(window.repeated(0, 1, List.of(rows(1, StreamRows.NONE, 0, 1, 2))))
                .isNull();
        BitSet out = window.repeated(
                1,
                1,
                List.of(
                        rows(1, StreamRows.NONE, 2, 3),
                        StreamRows.of(other, 1, StreamRows.NONE, new long[] {0, 1}),
                        rows(1, StreamRows.NONE, 3, 4)));
        assertThat(out).isEqualTo(bits(0, 4));
    }

    @Test
    void forgetsAStreamAfterItsLifetime() {
        StreamWindow window = new StreamWindow(DAY);
        assertThat(window.repeated(0, 1, List.of(rows(1, StreamRows.NONE, 0)))).isNull();
        StreamId other = StreamId.of(new UUID(1, 2), "clicks");
        long later = DAY.toMillis() + 2;
        assertThat(window.repeated(1, later, List.of(StreamRows.of(other, 1, StreamRows.NONE, new long[] {0}))))
                .isNull();
        StreamWindow kept = StreamWindow.decode(window.encode(), DAY);
        assertThat(kept.size()).isEqualTo(1);
    }

    private static StreamRows rows(long epoch, long previous, long... offsets) {
        return StreamRows.of(STREAM, epoch, previous, offsets);
    }

    private static BitSet bits(int... bits) {
        BitSet set = new BitSet();
        for (int bit : bits) {
            set.set(bit);
        }
        return set;
    }

    /** The log of a bucket, and what a job takes from it. */
    private static final class Bucket {
        private final SplittableRandom random;
        private final List<Long> taken = new ArrayList<>();
        private final Deque<StreamRows> delayed = new ArrayDeque<>();
        private StreamWindow window = new StreamWindow(DAY);
        private long offset;

        Bucket(SplittableRandom random) {
            this.random = random;
        }

        static boolean has(long row) {
            return ((row * 0x9E3779B97F4A7C15L) >>> 62) == 0;
        }

        void append(StreamRows rows) {
            if (!delayed.isEmpty() && random.nextInt(3) == 0) {
                write(delayed.remove());
            }
            write(rows);
        }

        void late() {
            while (!delayed.isEmpty()) {
                write(delayed.remove());
            }
        }

        void restart() {
            window = StreamWindow.decode(window.encode(), DAY);
        }

        private void write(StreamRows rows) {
            BitSet out = window.repeated(offset++, offset, List.of(rows));
            for (int row = 0; row < rows.rowCount(); row++) {
                if (out == null || !out.get(row)) {
                    taken.add(rows.offset(row));
                }
            }
        }
    }

    /** Sends batches, several in flight, until one of them fails. */
    private static final class Connection {
        private final SplittableRandom random;
        private final Bucket bucket;
        private final long epoch;
        private long acked;

        Connection(SplittableRandom random, Bucket bucket, long epoch, long from) {
            this.random = random;
            this.bucket = bucket;
            this.epoch = epoch;
            this.acked = from;
        }

        /** Returns the first row that was not acked. */
        long run() {
            long next = acked;
            long previous = StreamRows.NONE;
            boolean failed = false;
            for (int batch = random.nextInt(8); batch > 0; batch--) {
                long end = next + 1 + random.nextInt(20);
                long[] offsets = LongStream.range(next, end).filter(Bucket::has).toArray();
                boolean lost = random.nextInt(5) == 0;
                if (offsets.length > 0) {
                    StreamRows rows = StreamRows.of(STREAM, epoch, previous, offsets);
                    if (!lost) {
                        bucket.append(rows);
                    } else if (random.nextBoolean()) {
                        bucket.delayed.add(rows);
                    }
                    previous = rows.last();
                    failed |= lost;
                }
                if (!failed) {
                    acked = end;
                    previous = random.nextBoolean() ? StreamRows.NONE : previous;
                }
                next = end;
            }
            return acked;
        }
    }
}
