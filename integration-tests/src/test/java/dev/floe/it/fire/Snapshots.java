package dev.floe.it.fire;

import dev.floe.client.TableSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The cuts of the snapshots that were read whole: a snapshot keeps its cut, and a later one has no older. */
final class Snapshots {
    private final Map<Long, Known> byId = new HashMap<>();
    private final NavigableMap<Instant, Known> byTime = new TreeMap<>();

    /** A snapshot, and the last batch of each ledger that it has. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Known(long id, Instant committedAt, int[] cut) {}

    /** Keeps what a read of all rows of a snapshot had; returns what is wrong with that. */
    synchronized List<String> add(TableSnapshot snapshot, int[] cut) {
        Known known = new Known(snapshot.snapshotId(), snapshot.committedAt(), cut);
        List<String> wrong = new ArrayList<>();
        if (snapshot.tailRows() != 0) {
            wrong.add("a read of a snapshot has " + snapshot.tailRows() + " rows of the log");
        }
        Known before = byId.putIfAbsent(known.id, known);
        if (before != null && !Arrays.equals(before.cut, cut)) {
            wrong.add("snapshot " + known.id + " has the batches " + Arrays.toString(cut) + " and had "
                    + Arrays.toString(before.cut));
        }
        byTime.put(known.committedAt, known);
        Map.Entry<Instant, Known> earlier = byTime.lowerEntry(known.committedAt);
        Map.Entry<Instant, Known> later = byTime.higherEntry(known.committedAt);
        boolean ordered = earlier == null || isNotAfter(earlier.getValue().cut, cut);
        if (!ordered || (later != null && !isNotAfter(cut, later.getValue().cut))) {
            wrong.add("snapshot " + known.id + " of " + known.committedAt + " has the batches " + Arrays.toString(cut)
                    + ", between " + earlier + " and " + later);
        }
        return wrong;
    }

    static boolean isNotAfter(int[] cut, int[] other) {
        for (int i = 0; i < cut.length; i++) {
            if (cut[i] > other[i]) {
                return false;
            }
        }
        return true;
    }

    /** What any read of a snapshot, or of it and more, has at least. */
    synchronized int[] floors(long snapshotId) {
        Known known = byId.get(snapshotId);
        return known == null ? new int[Accounts.LEDGERS] : known.cut;
    }

    /** What a read of the newest snapshot has at least that begins now. */
    synchronized int[] newestFloors() {
        return byTime.isEmpty() ? new int[Accounts.LEDGERS] : byTime.lastEntry().getValue().cut;
    }

    /** True where a snapshot is known to be committed since a time. */
    synchronized boolean isSince(long snapshotId, Instant time) {
        Known known = byId.get(snapshotId);
        return known != null && known.committedAt.isAfter(time);
    }

    synchronized int size() {
        return byId.size();
    }

    /** One of those committed since a time. */
    synchronized Optional<Known> any(Instant since, SplittableRandom random) {
        List<Known> all = List.copyOf(byTime.tailMap(since).values());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }
}
