package dev.floe.storage.maintain;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.CallerThread;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Which snapshots of a table are to go.
 *
 * <p>A snapshot's age counts from when another took its place, not from when it was made: the newest snapshot of a
 * table that was idle for days is a query's until a moment ago. Of the current snapshot's ancestors only the oldest
 * go, so that time travel has no gaps, and the oldest that stays is one of Floe's: whichever of them a person rolls
 * back to, the committer finds its offsets there.
 *
 * @param expired ids of snapshots, none of which the committer needs or a branch or tag names
 */
public record ExpiryPlan(Set<Long> expired) {
    /** How long snapshots stay that are too many: longer than most queries run. */
    static final Duration REPLACED_MIN = Duration.ofMinutes(15);

    public ExpiryPlan {
        expired = Set.copyOf(expired);
    }

    /**
     * @param needed ids of snapshots that have to stay whatever their age
     * @param floes tells snapshots of Floe's
     */
    public static ExpiryPlan of(
            Table table, Set<Long> needed, Predicate<Snapshot> floes, MaintenanceSettings settings, Instant now) {
        Map<Long, Long> replacedAt = replacedAt(table);
        long oldBefore = now.minus(settings.snapshotAge()).toEpochMilli();
        long manyBefore = Math.max(oldBefore, now.minus(REPLACED_MIN).toEpochMilli());
        List<Snapshot> ancestors = new ArrayList<>();
        SnapshotUtil.currentAncestors(table).forEach(ancestors::add);
        int kept = ancestors.size();
        while (kept > settings.snapshotsMin()) {
            long replaced = replacedAt.getOrDefault(ancestors.get(kept - 1).snapshotId(), Long.MAX_VALUE);
            if (replaced >= (kept > settings.snapshotsMax() ? manyBefore : oldBefore)) {
                break;
            }
            kept--;
        }
        while (kept > 0 && kept < ancestors.size() && !floes.test(ancestors.get(kept - 1))) {
            kept++;
        }
        Set<Long> expired = new LinkedHashSet<>();
        ancestors.subList(kept, ancestors.size()).forEach(snapshot -> expired.add(snapshot.snapshotId()));
        Set<Long> others = new HashSet<>();
        table.snapshots().forEach(snapshot -> others.add(snapshot.snapshotId()));
        ancestors.forEach(snapshot -> others.remove(snapshot.snapshotId()));
        others.removeIf(id -> replacedAt.getOrDefault(id, Long.MAX_VALUE) >= oldBefore);
        expired.addAll(others);
        expired.removeAll(needed);
        expired.removeAll(named(table));
        return new ExpiryPlan(expired);
    }

    boolean isEmpty() {
        return expired.isEmpty();
    }

    /** Takes the snapshots out of the table's metadata, then hands over each file that no other snapshot has. */
    public void carryOut(Table table, Consumer<String> files) {
        ExpireSnapshots expire = table.expireSnapshots()
                // by id alone: nothing goes for its age
                .expireOlderThan(0)
                .deleteWith(files)
                .planWith(new CallerThread());
        expired.forEach(expire::expireSnapshotId);
        boolean more = expire.apply().stream().anyMatch(snapshot -> !expired.contains(snapshot.snapshotId()));
        if (more) {
            throw new FloeException(
                            ErrorCode.UNSUPPORTED, "the table's branch main has a retention of its own, beside Floe's")
                    .advise("take it away: Floe keeps what history.expire.* of the table's properties say");
        }
        expire.commit();
    }

    /** Snapshots that branches other than the main one, and tags, lead to. */
    private static Set<Long> named(Table table) {
        Set<Long> named = new HashSet<>();
        table.refs().forEach((name, ref) -> {
            named.add(ref.snapshotId());
            if (ref.isBranch() && !name.equals(SnapshotRef.MAIN_BRANCH)) {
                SnapshotUtil.ancestorIds(table.snapshot(ref.snapshotId()), table::snapshot)
                        .forEach(named::add);
            }
        });
        return named;
    }

    /** When each snapshot stopped being the current one; it is not there where it is current, or never was. */
    private static Map<Long, Long> replacedAt(Table table) {
        Map<Long, Long> replacedAt = new HashMap<>();
        table.snapshots().forEach(child -> {
            Long parent = child.parentId();
            if (parent != null) {
                replacedAt.merge(parent, child.timestampMillis(), Math::max);
            }
        });
        table.snapshots().forEach(each -> replacedAt.putIfAbsent(each.snapshotId(), each.timestampMillis()));
        HistoryEntry before = null;
        for (HistoryEntry entry : table.history()) {
            if (before != null && before.snapshotId() != entry.snapshotId()) {
                replacedAt.merge(before.snapshotId(), entry.timestampMillis(), Math::max);
            }
            before = entry;
        }
        Snapshot current = table.currentSnapshot();
        if (current != null) {
            replacedAt.remove(current.snapshotId());
        }
        return replacedAt;
    }
}
