package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.Guards.Guard;
import dev.floe.storage.write.BucketChanges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * Which changes a table lacks, and its offsets once it has them.
 *
 * <p>The changes of a bucket must continue the table exactly: a gap would lose entries, and changes of a writer that
 * did not see the bucket's newest files would leave two live rows of a key. Both are refused as COMMIT_CONFLICT; a
 * writer opened afresh at the table is the way out.
 */
record CommitPlan(
        List<BucketChanges> missing, CommittedOffsets offsets, Map<Integer, Long> writerEpochs, boolean resetsOffsets) {
    CommitPlan {
        missing = List.copyOf(missing);
        writerEpochs = Map.copyOf(writerEpochs);
    }

    /** A plan that leaves the table as it is. */
    static CommitPlan nothing(TableHistory history) {
        return new CommitPlan(List.of(), history.offsets(), history.writerEpochs(), false);
    }

    /**
     * A plan without rows after which the table has no offsets.
     *
     * <p>The epochs of its buckets are negative: no writer is older, and no two such states of a table are the same.
     */
    static CommitPlan fresh(int buckets, long epoch) {
        Map<Integer, Long> epochs = new HashMap<>();
        for (int bucket = 0; bucket < buckets; bucket++) {
            epochs.put(bucket, TableHistory.NO_EPOCH - 1 - epoch);
        }
        return new CommitPlan(List.of(), new CommittedOffsets(Map.of()), epochs, true);
    }

    static CommitPlan of(TableHistory history, List<BucketChanges> changes, CommitId id, Guards guards) {
        Map<Integer, Long> offsets = new HashMap<>(history.offsets().byBucket());
        Map<Integer, Long> epochs = new HashMap<>(history.writerEpochs());
        List<BucketChanges> missing = new ArrayList<>();
        List<BucketChanges> ordered = new ArrayList<>(changes);
        ordered.sort(Comparator.comparingInt(BucketChanges::bucket).thenComparingLong(BucketChanges::offset));
        for (BucketChanges change : ordered) {
            long offset = offsets.getOrDefault(change.bucket(), CommittedOffsets.NONE);
            long epoch = epochs.getOrDefault(change.bucket(), history.writerEpoch(change.bucket()));
            if (change.offset() <= offset) {
                requireSeen(change, offset, epoch);
                if (!counts(history, id, guards)) {
                    missing.add(change);
                }
                continue;
            }
            if (guards.has(Guard.CHANGES_CONTINUE)) {
                requireContinues(change, offset, epoch);
            }
            missing.add(change);
            offsets.put(change.bucket(), change.offset());
            epochs.put(change.bucket(), change.epoch());
        }
        return new CommitPlan(missing, new CommittedOffsets(offsets), epochs, false);
    }

    /** True where there is nothing to commit. */
    boolean isEmpty() {
        return missing.isEmpty() && !resetsOffsets;
    }

    /** The files to add: those that a later change replaced are not wanted any more. */
    List<DataFile> dataFiles() {
        Set<String> replaced = replacedLocations();
        return missing.stream()
                .flatMap(change -> change.dataFiles().stream())
                .filter(file -> !replaced.contains(file.location()))
                .toList();
    }

    /** The table's files that go. */
    List<DataFile> replacedFiles() {
        Set<String> added = new HashSet<>();
        missing.forEach(change -> change.dataFiles().forEach(file -> added.add(file.location())));
        return missing.stream()
                .flatMap(change -> change.replacedFiles().stream())
                .filter(file -> !added.contains(file.location()))
                .toList();
    }

    /** The newest vector of each data file that stays: of several in one commit the last holds the others. */
    Map<String, DeleteFile> vectorsByDataFile() {
        Map<String, DeleteFile> vectors = new LinkedHashMap<>();
        for (BucketChanges change : missing) {
            change.deletionVectors().forEach(vector -> vectors.put(vector.referencedDataFile(), vector));
        }
        vectors.keySet().removeAll(replacedLocations());
        return vectors;
    }

    /** Files of the table that get another vector or go; each must be there, and its vector goes. */
    Set<String> touchedDataFiles() {
        Set<String> touched = new HashSet<>(vectorsByDataFile().keySet());
        dataFiles().forEach(file -> touched.remove(file.location()));
        replacedFiles().forEach(file -> touched.add(file.location()));
        return touched;
    }

    private static boolean counts(TableHistory history, CommitId id, Guards guards) {
        CommitSummary last = history.summary();
        return guards.has(Guard.OFFSETS_OF_EVERY_RUN)
                || last == null
                || last.id().epoch() == id.epoch();
    }

    private Set<String> replacedLocations() {
        Set<String> replaced = new HashSet<>();
        missing.forEach(change -> change.replacedFiles().forEach(file -> replaced.add(file.location())));
        return replaced;
    }

    private static void requireSeen(BucketChanges change, long offset, long epoch) {
        if (change.epoch() > epoch) {
            throw conflict(change, "an older writer has taken the bucket to offset " + offset + " since");
        }
    }

    private static void requireContinues(BucketChanges change, long offset, long epoch) {
        if (change.baseOffset() != offset) {
            throw conflict(change, "the table has the bucket up to offset " + offset);
        }
        if (change.baseEpoch() != epoch) {
            throw conflict(
                    change, "it was epoch " + epoch + " that came to offset " + offset + ", not " + change.baseEpoch());
        }
        if (change.epoch() < epoch) {
            throw conflict(change, "epoch " + epoch + " has written to the bucket since");
        }
    }

    private static FloeException conflict(BucketChanges change, String why) {
        return new FloeException(
                        ErrorCode.COMMIT_CONFLICT,
                        "changes of bucket " + change.bucket() + " from offset " + change.baseOffset() + " to "
                                + change.offset() + " by epoch " + change.epoch() + " don't follow: " + why)
                .advise("reopen the bucket at the table's current snapshot and replay the log");
    }
}
