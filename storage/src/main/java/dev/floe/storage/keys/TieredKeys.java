package dev.floe.storage.keys;

import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.sidecar.Sidecar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A key table that holds recent keys only and finds the others in the sidecars of files.
 *
 * <pre>
 *   batch ─► recent keys (KeyIndex) ──unknown──► sort by hash ─► each file, newest first:
 *                                                 filter ──maybe──► mapped sidecar ──► row dead? ─► location
 * </pre>
 *
 * <p>Invariant: the live row of a key is where {@code recent} says; where it says nothing, it is the one row of the
 * key that is in a file and not dead. So a key needs no mark for its removal beyond its batch: the caller marks the row
 * as dead. Keys in files take the filters' 1.25 bytes of heap, and the sidecars' pages of page cache.
 */
public final class TieredKeys implements KeyTable {
    /** Where a key is that the present batch removed: its row in a file is not marked as dead yet. */
    private static final long REMOVED = RowLocation.of(Integer.MAX_VALUE, RowLocation.POSITION_MAX);

    private final DeadRows dead;
    private final List<Tier> files = new ArrayList<>();
    private KeyIndex recent = new KeyIndex();
    private long size;
    private long probes;
    /** Rows whose key is not recent: the hash's leading 32 bits over the row's number. */
    private long[] unknown = new long[0];

    private record Tier(int number, Sidecar sidecar, KeyFilter filter) {
        static Tier of(int number, Sidecar sidecar, DeadRows dead) {
            KeyFilter filter = new KeyFilter(sidecar.size());
            sidecar.forEach((high, low, position) -> {
                if (!dead.isDead(RowLocation.of(number, position))) {
                    filter.add(high, low);
                }
            });
            return new Tier(number, sidecar, filter);
        }
    }

    /**
     * A table without files yet.
     *
     * @param size live keys of the files that will be added before the first batch
     */
    public TieredKeys(DeadRows dead, long size) {
        this.dead = dead;
        this.size = size;
    }

    @Override
    public void swap(KeyHashes keys, long[] locations, long[] previous) {
        int rows = keys.size();
        if (unknown.length < rows) {
            unknown = new long[rows];
        }
        int count = 0;
        for (int row = 0; row < rows; row++) {
            long now = locations[row] == KeyIndex.ABSENT ? REMOVED : locations[row];
            long before = recent.put(keys.high(row), keys.low(row), now);
            previous[row] = before == REMOVED ? KeyIndex.ABSENT : before;
            if (before == KeyIndex.ABSENT) {
                unknown[count++] = (keys.high(row) & 0xFFFF_FFFF_0000_0000L) | row;
            }
        }
        Arrays.sort(unknown, 0, count);
        probe(keys, count, previous);
        forgetRemoved(keys, locations);
        for (int row = 0; row < rows; row++) {
            boolean isThere = locations[row] != KeyIndex.ABSENT;
            boolean wasThere = previous[row] != KeyIndex.ABSENT;
            size += (isThere ? 1 : 0) - (wasThere ? 1 : 0);
        }
    }

    @Override
    public void expect(KeyHashes keys, int from, int to) {
        // recent keys are few, the others are on disk
    }

    @Override
    public long get(long high, long low) {
        long location = recent.get(high, low);
        for (int f = files.size() - 1; f >= 0 && location == KeyIndex.ABSENT; f--) {
            location = find(files.get(f), high, low);
        }
        return location;
    }

    @Override
    public void move(long high, long low, long location) {
        // a key that is not recent is found in the file it moves to
        if (recent.get(high, low) != KeyIndex.ABSENT) {
            recent.put(high, low, location);
        }
    }

    @Override
    public void addFile(int number, Sidecar sidecar) {
        files.add(Tier.of(number, sidecar, dead));
    }

    @Override
    public void removeFile(int number) {
        files.removeIf(file -> file.number == number);
    }

    @Override
    public void trim() {
        recent = new KeyIndex();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long memoryBytes() {
        return recent.memoryBytes()
                + (long) unknown.length * Long.BYTES
                + files.stream().mapToLong(file -> file.filter.memoryBytes()).sum();
    }

    /** Searches of sidecars so far, those in vain too. */
    public long probes() {
        return probes;
    }

    private void forgetRemoved(KeyHashes keys, long[] locations) {
        for (int row = 0; row < keys.size(); row++) {
            if (locations[row] == KeyIndex.ABSENT && recent.get(keys.high(row), keys.low(row)) == REMOVED) {
                recent.remove(keys.high(row), keys.low(row));
            }
        }
    }

    /** Searches file by file, about in the order of hashes, for what no newer file had. */
    private void probe(KeyHashes keys, int count, long[] previous) {
        int left = count;
        for (int f = files.size() - 1; f >= 0 && left > 0; f--) {
            Tier file = files.get(f);
            int missed = 0;
            for (int i = 0; i < left; i++) {
                int row = (int) unknown[i];
                long location = find(file, keys.high(row), keys.low(row));
                if (location == KeyIndex.ABSENT) {
                    unknown[missed++] = unknown[i];
                } else {
                    previous[row] = location;
                }
            }
            left = missed;
        }
    }

    private long find(Tier file, long high, long low) {
        if (!file.filter.mayContain(high, low)) {
            return KeyIndex.ABSENT;
        }
        probes++;
        long position = file.sidecar.find(high, low);
        if (position == Sidecar.ABSENT) {
            return KeyIndex.ABSENT;
        }
        long location = RowLocation.of(file.number, position);
        return dead.isDead(location) ? KeyIndex.ABSENT : location;
    }
}
