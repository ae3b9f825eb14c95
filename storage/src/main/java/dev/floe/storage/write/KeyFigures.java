package dev.floe.storage.write;

/**
 * What the key tables of buckets have and did since they opened.
 *
 * @param keys live keys
 * @param bytes heap the tables take
 * @param hits keys of entries that had a live row
 * @param misses keys of entries that had none: new ones, and deletes of nothing
 * @param probes searches of sidecars
 * @param tiered buckets whose keys are in sidecars for want of memory
 */
public record KeyFigures(long keys, long bytes, long hits, long misses, long probes, int tiered) {
    public static final KeyFigures NONE = new KeyFigures(0, 0, 0, 0, 0, 0);

    public KeyFigures plus(KeyFigures other) {
        return new KeyFigures(
                keys + other.keys,
                bytes + other.bytes,
                hits + other.hits,
                misses + other.misses,
                probes + other.probes,
                tiered + other.tiered);
    }

    /** What was done, without what there is. */
    public KeyFigures activity() {
        return new KeyFigures(0, 0, hits, misses, probes, 0);
    }

    /** Heap a key takes, 0 without keys. */
    public double bytesPerKey() {
        return keys == 0 ? 0 : (double) bytes / keys;
    }
}
