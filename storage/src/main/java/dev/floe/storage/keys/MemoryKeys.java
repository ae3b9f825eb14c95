package dev.floe.storage.keys;

import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.Sidecar;

/** A key table that holds every key in a {@link KeyIndex}. */
public final class MemoryKeys implements KeyTable {
    private final KeyIndex index;

    public MemoryKeys(KeyIndex index) {
        this.index = index;
    }

    @Override
    public void swap(KeyHashes keys, long[] locations, long[] previous) {
        for (int row = 0; row < keys.size(); row++) {
            if (row % EXPECTED_ROWS == 0) {
                index.expect(keys, row, Math.min(keys.size(), row + EXPECTED_ROWS));
            }
            previous[row] = locations[row] == KeyIndex.ABSENT
                    ? index.remove(keys.high(row), keys.low(row))
                    : index.put(keys.high(row), keys.low(row), locations[row]);
        }
    }

    @Override
    public void expect(KeyHashes keys, int from, int to) {
        index.expect(keys, from, to);
    }

    @Override
    public void get(KeyHashes keys, long[] locations) {
        for (int row = 0; row < keys.size(); row++) {
            if (row % EXPECTED_ROWS == 0) {
                index.expect(keys, row, Math.min(keys.size(), row + EXPECTED_ROWS));
            }
            locations[row] = index.get(keys.high(row), keys.low(row));
        }
    }

    @Override
    public void move(long high, long low, long location) {
        index.put(high, low, location);
    }

    @Override
    public void addFile(int number, OpenSidecar<Sidecar> sidecar) {
        // every key is here already
    }

    @Override
    public void removeFile(int number) {
        // no key leads there
    }

    @Override
    public void trim() {
        // every key is needed
    }

    @Override
    public long size() {
        return index.size();
    }

    @Override
    public long memoryBytes() {
        return index.memoryBytes();
    }
}
