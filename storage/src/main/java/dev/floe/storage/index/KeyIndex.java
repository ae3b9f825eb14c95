package dev.floe.storage.index;

import java.util.Arrays;

/**
 * Map from the hash of a key to the {@link RowLocation} of its live row.
 *
 * <p>It goes by the first 96 bits of the hash, as sidecars do: the high half and the upper half of the low one. The
 * hash stands for the key: with a billion keys in a bucket the chance that any two agree is below 10<sup>-11</sup>.
 *
 * <p>Keys are spread by their leading bits over segments, in the manner of extendible hashing: a segment grows by a
 * third until it is large, then splits in two, so that no growth copies more than one segment. The slots are
 * between 56 and 75 percent full: 27 to 36 bytes a key. Not safe for threads.
 */
public final class KeyIndex {
    /** What {@link #get}, {@link #put} and {@link #remove} return where the key is absent. */
    public static final long ABSENT = 0;

    /**
     * Slots from which on a segment splits.
     *
     * <p>Its array has 427 KB at most: from half of a region of 1 MB on, G1 gives an array regions of its own and
     * leaves the rest of them empty.
     */
    private static final int SEGMENT_SLOTS_MAX = 1 << 14;
    /** Leading bits that tell segments apart at most; beyond, segments only grow. */
    private static final int DEPTH_MAX = 20;

    private final int segmentSlotsMax;
    private IndexSegment[] directory;
    private int depth;
    private long size;
    private long slots;
    /** Keeps the reads of {@link #expect} from being left out. */
    @SuppressWarnings("UnusedVariable")
    private int touched;

    public KeyIndex() {
        this(0);
    }

    /** Room for a number of keys without growing. */
    public KeyIndex(long expectedKeys) {
        this(expectedKeys, SEGMENT_SLOTS_MAX);
    }

    KeyIndex(long expectedKeys, int segmentSlotsMax) {
        this.segmentSlotsMax = segmentSlotsMax;
        while (depth < DEPTH_MAX && expectedKeys >>> depth > segmentSlotsMax / 2) {
            depth++;
        }
        directory = new IndexSegment[1 << depth];
        long share = expectedKeys >>> depth;
        // the hashes of a segment are not exactly its share of all: six standard deviations more is never too few
        int room = Math.toIntExact(depth == 0 ? share : share + 6 * (long) Math.sqrt((double) share) + 1);
        for (int i = 0; i < directory.length; i++) {
            directory[i] = new IndexSegment(depth, room);
            slots += directory[i].capacity();
        }
    }

    public long size() {
        return size;
    }

    /** Bytes the index takes, and with {@link #size} the bytes a key takes. */
    public long memoryBytes() {
        return slots * IndexSegment.SLOT_BYTES + (long) directory.length * Long.BYTES;
    }

    /**
     * Readies for a look at some keys, at most a few hundred; changes nothing.
     *
     * <p>Reads that do not wait for each other bring their slots into the processor's caches, where one look after
     * another would wait for memory each time.
     */
    public void expect(KeyHashes keys, int from, int to) {
        int seen = 0;
        for (int row = from; row < to; row++) {
            long high = keys.high(row);
            seen += directory[at(high)].touch(high);
        }
        touched = seen;
    }

    /** The location of a key, or {@link #ABSENT}. */
    public long get(long high, long low) {
        return directory[at(high)].get(high, tail(low));
    }

    /** Sets the location of a key and returns the one before, or {@link #ABSENT}. */
    public long put(long high, long low, long location) {
        if (RowLocation.file(location) == 0) {
            throw new IllegalArgumentException("0 is no location");
        }
        IndexSegment segment = directory[at(high)];
        if (segment.isFull()) {
            segment = makeRoom(segment, high);
        }
        long before = segment.put(high, tail(low), location);
        if (before == ABSENT) {
            size++;
        }
        return before;
    }

    /** Forgets a key and returns where it was, or {@link #ABSENT}. */
    public long remove(long high, long low) {
        long before = directory[at(high)].remove(high, tail(low));
        if (before != ABSENT) {
            size--;
        }
        return before;
    }

    /** Shows every key once, about in the order of hashes; the index must not change meanwhile. */
    public void forEach(EntryVisitor visitor) {
        for (int i = 0; i < directory.length; i += span(directory[i])) {
            directory[i].forEach(visitor);
        }
    }

    /** Sees one entry of an index: the high half of the hash, the upper half of its low one, the location. */
    @FunctionalInterface
    public interface EntryVisitor {
        void visit(long high, int tail, long location);
    }

    /** The part of a hash's low half that counts. */
    public static int tail(long low) {
        return (int) (low >>> Integer.SIZE);
    }

    private int at(long high) {
        return (int) (high >>> 1 >>> (Long.SIZE - 1 - depth));
    }

    /** Entries of the directory that lead to a segment. */
    private int span(IndexSegment segment) {
        return 1 << (depth - segment.depth());
    }

    private IndexSegment makeRoom(IndexSegment full, long high) {
        slots -= full.capacity();
        if (full.capacity() < segmentSlotsMax || full.depth() == DEPTH_MAX) {
            full.grow();
            slots += full.capacity();
            return full;
        }
        if (full.depth() == depth) {
            doubleDirectory();
        }
        int span = span(full);
        int first = at(high) / span * span;
        IndexSegment[] halves = full.split();
        Arrays.fill(directory, first, first + span / 2, halves[0]);
        Arrays.fill(directory, first + span / 2, first + span, halves[1]);
        slots += halves[0].capacity() + halves[1].capacity();
        IndexSegment half = directory[at(high)];
        return half.isFull() ? makeRoom(half, high) : half;
    }

    private void doubleDirectory() {
        IndexSegment[] doubled = new IndexSegment[directory.length * 2];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = directory[i / 2];
        }
        directory = doubled;
        depth++;
    }
}
