package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.BucketChangesCodec;
import dev.floe.storage.write.TestTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was made for one state of a table is not committed to another that a person set it to. */
class RollbackCommitTest {
    private static final LogId OLD = new LogId("cluster", "old");
    private static final LogId NEW = new LogId("cluster", "new");

    private final FaultyCatalog catalog = new FaultyCatalog();
    private final TestTable table =
            TestTable.create(catalog, TestTable.SCHEMA, PartitionSpec.unpartitioned(), List.of(1), 1);
    private final UUID id = table.layout().tableId();
    private final ModelStates states = new ModelStates();
    private Snapshot empty;
    private Snapshot first;
    private Snapshot second;
    private boolean isItsTurn = true;
    private int findsToRollBack;

    /** A commit without rows that is not Floe's, and two of Floe's. */
    @BeforeEach
    void commitTwice() {
        table.load().newAppend().commit();
        empty = table.load().currentSnapshot();
        SinkCommitter old = committer(OLD, 1);
        FakeWriter writer = FakeWriter.open(table.load(), 0, 1, "1");
        commit(old, writer, 1);
        first = table.load().currentSnapshot();
        commit(old, writer, 2);
        second = table.load().currentSnapshot();
    }

    @Test
    void aBucketThatOpenedAfterwardsLacksWhatTheJobHasRead() {
        SinkCommitter committer = committer(OLD, 1);
        committer.commitUpTo(0);
        isItsTurn = false;
        rollBackTo(first);
        FakeWriter writer = FakeWriter.open(table.load(), 0, 1, "2");
        add(committer, writer, 3, 2); // the entry at 1 was read when the table still had it

        committer.commitUpTo(3);

        assertThat(table.load().currentSnapshot()).isEqualTo(first);
        assertThat(states.of(id).generation()).as("writers begin anew").isOne();
    }

    @Test
    void aJobThatStartsBeginsAnewWhereATableWasSetBackMeanwhile() {
        Map<UUID, Map<Long, Long>> before = SinkCommitter.leftBehind(tables());
        rollBackTo(first);

        committer(OLD, 2).startAnew(before);
        assertThat(states.of(id).generation()).isOne();
        committer(OLD, 3).startAnew(SinkCommitter.leftBehind(tables()));

        assertThat(states.of(id).generation()).as("once is enough").isOne();
    }

    @Test
    void aRollbackThatIsTakenBackHasOtherFilesForTheSameEntries() {
        rollBackTo(first);
        SinkCommitter committer = committer(OLD, 2);
        committer.startAnew(SinkCommitter.leftBehind(tables()));
        FakeWriter writer = FakeWriter.open(table.load(), 0, 2, "2");
        commit(committer, writer, 3);
        assertThat(TableCommitter.offsets(table.load()).of(0)).isOne();
        table.load().manageSnapshots().setCurrentSnapshot(second.snapshotId()).commit();
        isItsTurn = false;

        commit(committer, writer, 4);

        assertThat(table.load().currentSnapshot()).isEqualTo(second);
        assertThat(states.of(id).generation()).isOne();
    }

    /** The job found the table at its second commit, dropped the entries that it has, and closed the bucket. */
    @Test
    void aRollbackThatIsTakenBackAndMadeOnceMoreCountsAgain() {
        rollBackTo(first);
        Map<UUID, Map<Long, Long>> left = SinkCommitter.leftBehind(tables());
        table.load().manageSnapshots().setCurrentSnapshot(second.snapshotId()).commit();
        SinkCommitter committer = committer(OLD, 2);
        committer.startAnew(left);
        rollBackTo(first);

        commit(committer, FakeWriter.open(table.load(), 0, 2, "2"), 3);

        assertThat(table.load().currentSnapshot()).isEqualTo(first);
        assertThat(states.of(id).generation()).isOne();
    }

    @Test
    void alsoWhereNobodyLookedInBetween() {
        rollBackTo(first);
        Map<UUID, Map<Long, Long>> left = SinkCommitter.leftBehind(tables());
        long millis = System.currentTimeMillis();
        while (System.currentTimeMillis() == millis) {
            Thread.onSpinWait(); // a table's history is in milliseconds
        }
        table.load().manageSnapshots().setCurrentSnapshot(second.snapshotId()).commit();
        rollBackTo(first);

        committer(OLD, 2).startAnew(left);

        assertThat(states.of(id).generation()).isOne();
    }

    @Test
    void aTableThatOthersWroteToIsSuspendedAndTakesNoOtherLog() {
        table.load()
                .newAppend()
                .appendFile(TestTable.dataFiles(table.load()).get(0))
                .commit();
        acceptNewLog();

        committer(NEW, 2).startAnew(Map.of());

        assertThat(states.cause(id)).contains(ErrorCode.TABLE_CHANGED);
    }

    @Test
    void aTableThatCanNotTakeTheLogIsSuspendedWithTheReason() {
        acceptNewLog();
        table.load()
                .updateProperties()
                .set(TableCommitter.TABLE_ID_PROPERTY, "another")
                .commit();

        committer(NEW, 2).startAnew(Map.of());

        assertThat(states.cause(id)).contains(ErrorCode.TABLE_CHANGED);
    }

    @Test
    void aTableThatWasSetBackToItsBeginningRefusesWritersFromBefore() {
        SinkCommitter committer = committerWithChangesOfTheNewLog();
        rollBackTo(empty);
        long generation = states.of(id).generation();

        committer.commitUpTo(1);

        assertThat(table.load().currentSnapshot()).isEqualTo(empty);
        assertThat(states.of(id).generation()).as("writers begin anew").isGreaterThan(generation);
        FakeWriter anew = FakeWriter.open(table.load(), 0, 2, "3");
        commit(committer, anew, 2);
        assertThat(table.load().currentSnapshot()).isNotEqualTo(empty);
    }

    @Test
    void alsoWhereItIsSetBackAfterItWasLookedAt() {
        SinkCommitter committer = committerWithChangesOfTheNewLog();
        findsToRollBack = 2; // the first is for the look
        long generation = states.of(id).generation();

        committer.commitUpTo(1);

        assertThat(findsToRollBack).isZero();
        assertThat(table.load().currentSnapshot()).isEqualTo(empty);
        assertThat(states.of(id).generation()).isEqualTo(generation + 1);
    }

    @Test
    void alsoWhereItIsSetBackDuringTheCommit() {
        SinkCommitter committer = committerWithChangesOfTheNewLog();
        catalog.beforeNext(() -> rollBackTo(empty));
        long generation = states.of(id).generation();

        committer.commitUpTo(1);
        assertThat(table.load().currentSnapshot()).isEqualTo(empty);
        committer.commitUpTo(1);

        assertThat(table.load().currentSnapshot()).isEqualTo(empty);
        assertThat(states.of(id).generation()).isEqualTo(generation + 1);
    }

    @Test
    void aLogIsNotAcceptedASecondTimeForATableThatWasSetBack() {
        List<TableChanges> pending = committerWithChangesOfTheNewLog().pending();
        rollBackTo(first);
        isItsTurn = false;

        SinkCommitter restored = committer(NEW, 3);
        pending.forEach(restored::add);
        restored.start();

        assertThat(table.load().currentSnapshot()).isEqualTo(first);
        assertThat(states.cause(id)).contains(ErrorCode.TOPIC_RESET);
        acceptNewLog();
        restored.commitUpTo(3);
        assertThat(TableCommitter.log(table.load())).isEqualTo(NEW);
        assertThat(live()).allMatch(location -> location.contains("/b0-1--1-0"));
    }

    private SinkCommitter committerWithChangesOfTheNewLog() {
        acceptNewLog();
        committer(NEW, 2).commitUpTo(0);
        assertThat(TableCommitter.log(table.load())).isEqualTo(NEW);
        SinkCommitter committer = committer(NEW, 2);
        flush(committer, FakeWriter.open(table.load(), 0, 2, "2"), 1);
        return committer;
    }

    private List<String> live() {
        return TestTable.dataFiles(table.load()).stream()
                .map(DataFile::location)
                .toList();
    }

    private void acceptNewLog() {
        states.suspend(id, states.of(id).generation(), reset());
        states.resume(id, Set.of(ErrorCode.TOPIC_RESET));
    }

    private static FloeException reset() {
        return new FloeException(ErrorCode.TOPIC_RESET, "another log");
    }

    private void rollBackTo(Snapshot snapshot) {
        table.load().manageSnapshots().rollbackTo(snapshot.snapshotId()).commit();
    }

    private void commit(SinkCommitter committer, FakeWriter writer, long checkpointId) {
        flush(committer, writer, checkpointId);
        committer.commitUpTo(checkpointId);
    }

    private void flush(SinkCommitter committer, FakeWriter writer, long checkpointId) {
        add(committer, writer, checkpointId, writer.offset() + 1);
    }

    private void add(SinkCommitter committer, FakeWriter writer, long checkpointId, long entry) {
        writer.write(entry);
        committer.add(new TableChanges(
                id.getMostSignificantBits(),
                id.getLeastSignificantBits(),
                states.of(id).generation(),
                checkpointId,
                BucketChangesCodec.encode(
                        writer.flush(new SplittableRandom(1)).orElseThrow().changes())));
    }

    private SinkCommitter committer(LogId log, long epoch) {
        return new SinkCommitter(tables(), states, new CommitId("sink", log, epoch, 0), new CallerThread());
    }

    private SinkTables tables() {
        Table loaded = table.load();
        return new SinkTables() {
            @Override
            public Optional<SinkTable> find(UUID tableId) {
                if (findsToRollBack > 0 && --findsToRollBack == 0) {
                    rollBackTo(empty);
                }
                return Optional.of(new SinkTable(loaded, table.layout()));
            }

            @Override
            public void reload(UUID tableId) {}

            @Override
            public List<UUID> all() {
                return isItsTurn ? List.of(id) : List.of();
            }
        };
    }
}
