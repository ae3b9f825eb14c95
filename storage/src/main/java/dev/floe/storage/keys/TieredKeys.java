package dev.floe.storage.keys;

import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.sidecar.OpenSidecar;
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

    /** Marks a row whose key a file may have. */
    private static final long CANDIDATE = 1L << (Integer.SIZE - 1);

    private final DeadRows dead;
    private final List<Tier> files = new ArrayList<>();
    private KeyIndex recent = new KeyIndex();
    private long size;
    private long probes;
    /** Rows whose key is not recent: the hash's leading 32 bits over {@link #CANDIDATE} and the row's number. */
    private long[] unknown = new long[0];

    private record Tier(int number, OpenSidecar<Sidecar> sidecar, KeyFilter filter) {
        static Tier of(int number, OpenSidecar<Sidecar> sidecar, DeadRows dead) {
            return new Tier(number, sidecar, sidecar.search(keys -> filter(number, keys, dead)));
        }

        private static KeyFilter filter(int number, Sidecar keys, DeadRows dead) {
            KeyFilter filter = new KeyFilter(keys.size());
            keys.forEach((high, low, position) -> {
                if (!dead.isDead(RowLocation.of(number, position))) {
                    filter.add(high, low);
                }
            });
            return filter;
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
        int count = 0;
        requireRoom(rows);
        for (int row = 0; row < rows; row++) {
            long now = locations[row] == KeyIndex.ABSENT ? REMOVED : locations[row];
            long before = recent.put(keys.high(row), keys.low(row), now);
            previous[row] = before == REMOVED ? KeyIndex.ABSENT : before;
            if (before == KeyIndex.ABSENT) {
                unknown[count++] = byHash(keys, row);
            }
        }
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
    public void get(KeyHashes keys, long[] locations) {
        int count = 0;
        requireRoom(keys.size());
        for (int row = 0; row < keys.size(); row++) {
            locations[row] = recent.get(keys.high(row), keys.low(row));
            if (locations[row] == KeyIndex.ABSENT) {
                unknown[count++] = byHash(keys, row);
            }
        }
        probe(keys, count, locations);
    }

    @Override
    public void move(long high, long low, long location) {
        // a key that is not recent is found in the file it moves to
        if (recent.get(high, low) != KeyIndex.ABSENT) {
            recent.put(high, low, location);
        }
    }

    @Override
    public void addFile(int number, OpenSidecar<Sidecar> sidecar) {
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

    private void requireRoom(int rows) {
        if (unknown.length < rows) {
            unknown = new long[rows];
        }
    }

    private static long byHash(KeyHashes keys, int row) {
        return (keys.high(row) & 0xFFFF_FFFF_0000_0000L) | row;
    }

    /** Searches file by file, about in the order of hashes, for what no newer file had. */
    private void probe(KeyHashes keys, int count, long[] locations) {
        Arrays.sort(unknown, 0, count);
        int left = count;
        for (int f = files.size() - 1; f >= 0 && left > 0; f--) {
            Tier file = files.get(f);
            int among = left;
            if (filter(file, keys, among)) {
                probes += file.sidecar.search(sidecar -> find(file, sidecar, keys, among, locations));
            }
            int missed = 0;
            for (int i = 0; i < left; i++) {
                if (locations[row(unknown[i])] == KeyIndex.ABSENT) {
                    unknown[missed++] = unknown[i] & ~CANDIDATE;
                }
            }
            left = missed;
        }
    }

    /** Marks the candidates of a file; true where there are some. */
    private boolean filter(Tier file, KeyHashes keys, int among) {
        boolean some = false;
        for (int i = 0; i < among; i++) {
            int row = row(unknown[i]);
            if (file.filter.mayContain(keys.high(row), keys.low(row))) {
                unknown[i] |= CANDIDATE;
                some = true;
            }
        }
        return some;
    }

    /** Sets the location of each candidate, and returns how many there are. */
    private int find(Tier file, Sidecar sidecar, KeyHashes keys, int among, long[] locations) {
        int searched = 0;
        for (int i = 0; i < among; i++) {
            if ((unknown[i] & CANDIDATE) != 0) {
                int row = row(unknown[i]);
                long position = sidecar.find(keys.high(row), keys.low(row));
                long location = position == Sidecar.ABSENT ? KeyIndex.ABSENT : RowLocation.of(file.number, position);
                locations[row] = location == KeyIndex.ABSENT || dead.isDead(location) ? KeyIndex.ABSENT : location;
                searched++;
            }
        }
        return searched;
    }

    private static int row(long entry) {
        return (int) (entry & ~CANDIDATE);
    }
}
