package dev.floe.sql.tail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which entries a tail has, by bucket.
 *
 * <p>Invariant: tails of equal identity, followed by the same {@link LogTail}, have the same rows, of which the same
 * are live. An entry is named by its number and by the serial of what followed its bucket: numbers begin anew where a
 * bucket was forgotten and is followed again, and offsets come again where the log is a new one.
 */
public record TailIdentity(Map<Integer, Entries> buckets) {
    private static final int BUCKET_BYTES = 120;

    /**
     * Entries of one bucket.
     *
     * @param runs the first and the last number of entries that follow each other without a gap, and so on
     */
    record Entries(long serial, List<Integer> runs) {
        Entries {
            runs = List.copyOf(runs);
        }

        static Entries of(TableTail.Bucket bucket) {
            List<Integer> runs = new ArrayList<>();
            int first = 0;
            int last = 0;
            for (TailRows entry : bucket.entries()) {
                if (first == 0 || entry.number() != last + 1) {
                    if (first != 0) {
                        runs.add(first);
                        runs.add(last);
                    }
                    first = entry.number();
                }
                last = entry.number();
            }
            runs.add(first);
            runs.add(last);
            return new Entries(bucket.serial(), runs);
        }
    }

    public TailIdentity {
        buckets = Map.copyOf(buckets);
    }

    static TailIdentity of(Map<Integer, TableTail.Bucket> tails) {
        Map<Integer, Entries> entries = new HashMap<>();
        tails.forEach((bucket, tail) -> entries.put(bucket, Entries.of(tail)));
        return new TailIdentity(entries);
    }

    /** Heap that it takes, about. */
    public long bytes() {
        long bytes = 0;
        for (Entries entries : buckets.values()) {
            bytes += BUCKET_BYTES + (long) entries.runs.size() * (Integer.BYTES + Long.BYTES + Long.BYTES);
        }
        return bytes;
    }
}
