package dev.floe.storage.write;

import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.keys.IndexBudget;
import dev.floe.storage.keys.KeyTable;
import dev.floe.storage.keys.MemoryKeys;
import dev.floe.storage.keys.TieredKeys;
import dev.floe.storage.sidecar.SidecarWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a bucket, in memory while the budget allows and over sidecars beyond it.
 *
 * <p>It changes over after a flush, when every row is in a file, and not back before the bucket opens again.
 */
final class BucketKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BucketKeys.class);
    /** Heap that a key takes in memory at most; what a bucket will take is reckoned with it before it loads. */
    private static final long KEY_BYTES_MAX = 36;

    private final FileKeys keysOfFiles;
    private final BucketFiles bucketFiles;
    private final IndexBudget.Share share;
    private final Map<Integer, DataFile> files = new LinkedHashMap<>();
    private KeyIndex index;
    private KeyTable table;
    private long hits;
    private long misses;

    /** @param liveKeys keys that will be loaded */
    BucketKeys(FileKeys keysOfFiles, BucketFiles bucketFiles, IndexBudget budget, long liveKeys) {
        this.keysOfFiles = keysOfFiles;
        this.bucketFiles = bucketFiles;
        this.share = budget.open();
        boolean fits = share.allows(liveKeys * KEY_BYTES_MAX);
        this.index = new KeyIndex(fits ? liveKeys : 0);
        this.table = fits ? new MemoryKeys(index) : new TieredKeys(bucketFiles::isDead, liveKeys);
    }

    /** True where keys stay in files and need not be loaded. */
    boolean isTiered() {
        return table instanceof TieredKeys;
    }

    /** The index to load keys into where it is not tiered. */
    KeyIndex index() {
        return index;
    }

    /** See {@link KeyTable#swap}. */
    long[] swap(KeyHashes keys, long[] locations) {
        long[] previous = new long[keys.size()];
        table.swap(keys, locations, previous);
        for (long location : previous) {
            if (location == KeyIndex.ABSENT) {
                misses++;
            } else {
                hits++;
            }
        }
        return previous;
    }

    /** See {@link KeyTable#get}. */
    long[] get(KeyHashes keys) {
        long[] locations = new long[keys.size()];
        table.get(keys, locations);
        return locations;
    }

    /** See {@link KeyTable#expect}. */
    void expect(KeyHashes keys, int from, int to) {
        table.expect(keys, from, to);
    }

    void move(long high, long low, long location) {
        table.move(high, low, location);
    }

    /** Takes a file that has a sidecar, or gets one. */
    void addFile(int number, DataFile file) {
        files.put(number, file);
        if (isTiered()) {
            table.addFile(number, keysOfFiles.watch(file));
        }
    }

    /** Writes the sidecar of a new file, to which rows have moved. */
    void addFile(int number, DataFile file, SidecarWriter sidecar) {
        keysOfFiles.write(sidecar, file);
        addFile(number, file.copyWithoutStats());
    }

    /** Forgets a file that has been replaced and has no live row any more. */
    void removeFile(int number) {
        files.remove(number);
        table.removeFile(number);
    }

    /** Keeps to the budget, now that every row is in a file. */
    void flushed() {
        if (!share.take(table.memoryBytes())) {
            return;
        }
        if (!isTiered()) {
            TieredKeys tiered = new TieredKeys(bucketFiles::isDead, table.size());
            files.forEach((number, file) -> tiered.addFile(number, keysOfFiles.watch(file)));
            LOG.info(
                    "keys leave memory: keys={} files={} bytesBefore={} bytes={}",
                    table.size(),
                    files.size(),
                    table.memoryBytes(),
                    tiered.memoryBytes());
            table = tiered;
            index = new KeyIndex();
        }
        table.trim();
        share.take(table.memoryBytes());
    }

    long size() {
        return table.size();
    }

    long memoryBytes() {
        return table.memoryBytes();
    }

    KeyFigures figures() {
        return new KeyFigures(
                table.size(),
                table.memoryBytes(),
                hits,
                misses,
                table instanceof TieredKeys tiered ? tiered.probes() : 0,
                isTiered() ? 1 : 0);
    }

    @Override
    public void close() {
        share.close();
        index = new KeyIndex();
        table = new MemoryKeys(index);
    }
}
