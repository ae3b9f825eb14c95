package dev.floe.storage.page;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;

/** Distinct byte strings of a column chunk in the order they came; open addressing at a load of at most a half. */
final class BytesDictionary {
    private static final int CAPACITY_AT_FIRST = 256;

    private final Hasher64 hasher = Hashing.komihash5_0();
    private final PageBuffer data = new PageBuffer();
    private int[] starts = new int[CAPACITY_AT_FIRST / 2 + 1];
    private long[] hashes = new long[CAPACITY_AT_FIRST / 2];
    /** Code + 1 of the entry in a slot; 0 is free. */
    private int[] table = new int[CAPACITY_AT_FIRST];

    private int size;

    int size() {
        return size;
    }

    /** Bytes of all entries one after another. */
    byte[] data() {
        return data.bytes();
    }

    int start(int code) {
        return starts[code];
    }

    int length(int code) {
        return starts[code + 1] - starts[code];
    }

    /** Bytes of the entries in a dictionary page. */
    long pageBytes() {
        return data.size() + (long) size * Integer.BYTES;
    }

    /** The code of a byte string, a new one where it is new. */
    int code(byte[] source, int start, int length) {
        long hash = hasher.hashBytesToLong(source, start, length);
        int mask = table.length - 1;
        int slot = (int) hash & mask;
        while (true) {
            int code = table[slot] - 1;
            if (code < 0) {
                return add(source, start, length, hash, slot);
            }
            if (hashes[code] == hash
                    && Arrays.equals(data.bytes(), starts[code], starts[code + 1], source, start, start + length)) {
                return code;
            }
            slot = slot + 1 & mask;
        }
    }

    private int add(byte[] source, int start, int length, long hash, int slot) {
        int code = size++;
        data.put(source, start, length);
        if (code == hashes.length) {
            hashes = Arrays.copyOf(hashes, code * 2);
            starts = Arrays.copyOf(starts, code * 2 + 1);
        }
        hashes[code] = hash;
        starts[code + 1] = data.size();
        table[slot] = code + 1;
        if (size * 2 > table.length) {
            grow();
        }
        return code;
    }

    private void grow() {
        int[] wider = new int[table.length * 2];
        int mask = wider.length - 1;
        for (int code = 0; code < size; code++) {
            int slot = (int) hashes[code] & mask;
            while (wider[slot] != 0) {
                slot = slot + 1 & mask;
            }
            wider[slot] = code + 1;
        }
        table = wider;
    }
}
