package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.BucketChangesCodec;
import dev.floe.storage.write.TestTable;
import java.util.List;
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

/**
 * Where a new log was accepted the table has no offsets, nor has it where it was set back to before all of Floe's
 * commits: what writers made for the one is not committed to the other.
 */
class RollbackWithoutOffsetsTest {
    private static final LogId OLD = new LogId("cluster", "old");
    private static final LogId NEW = new LogId("cluster", "new");

    private final FaultyCatalog catalog = new FaultyCatalog();
    private final TestTable table =
            TestTable.create(catalog, TestTable.SCHEMA, PartitionSpec.unpartitioned(), List.of(1), 1);
    private final UUID id = table.layout().tableId();
    private final ModelStates states = new ModelStates();
    private Snapshot empty;
    private Snapshot first;
    private int findsToRollBack;

    /** A commit without rows that is not Floe's, two of the old log, and the new log accepted. */
    @BeforeEach
    void acceptTheNewLog() {
        table.load().newAppend().commit();
        empty = table.load().currentSnapshot();
        SinkCommitter old = committer(OLD, 1);
        FakeWriter writer = FakeWriter.open(table.load(), 0, 1, "1");
        commit(old, writer, 1);
        first = table.load().currentSnapshot();
        commit(old, writer, 2);
        acceptNewLog();
        committer(NEW, 2).commitUpTo(0);
        assertThat(TableCommitter.log(table.load())).isEqualTo(NEW);
        assertThat(states.of(id).accepted()).as("it is done").isEmpty();
    }

    @Test
    void aTableThatWasSetBackToItsBeginningRefusesWritersFromBefore() {
        SinkCommitter committer = committer(NEW, 2);
        FakeWriter writer = FakeWriter.open(table.load(), 0, 2, "2");
        flush(committer, writer, 1);
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
        SinkCommitter committer = committer(NEW, 2);
        FakeWriter writer = FakeWriter.open(table.load(), 0, 2, "2");
        flush(committer, writer, 1);
        findsToRollBack = 2; // the first is for the look
        long generation = states.of(id).generation();

        committer.commitUpTo(1);

        assertThat(findsToRollBack).isZero();
        assertThat(table.load().currentSnapshot()).isEqualTo(empty);
        assertThat(states.of(id).generation()).isEqualTo(generation + 1);
    }

    @Test
    void alsoWhereItIsSetBackDuringTheCommit() {
        SinkCommitter committer = committer(NEW, 2);
        FakeWriter writer = FakeWriter.open(table.load(), 0, 2, "2");
        flush(committer, writer, 1);
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
        SinkCommitter committer = committer(NEW, 2);
        FakeWriter writer = FakeWriter.open(table.load(), 0, 2, "2");
        TableChanges changes = flush(committer, writer, 1);
        rollBackTo(first);

        SinkCommitter restored = committer(NEW, 3);
        restored.add(changes);
        restored.start();

        assertThat(table.load().currentSnapshot()).isEqualTo(first);
        restored.commitUpTo(2);
        assertThat(states.cause(id).or(() -> openingError())).contains(ErrorCode.TOPIC_RESET);

        states.suspend(id, states.of(id).generation(), reset());
        acceptNewLog();
        restored.commitUpTo(3);
        assertThat(TableCommitter.log(table.load())).isEqualTo(NEW);
        assertThat(live()).allMatch(location -> location.contains("/b0-1--1-0"));
    }

    private Optional<ErrorCode> openingError() {
        try {
            TableCommitter.requireLog(table.load(), NEW);
            return Optional.empty();
        } catch (FloeException e) {
            return Optional.of(e.code());
        }
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

    private TableChanges flush(SinkCommitter committer, FakeWriter writer, long checkpointId) {
        writer.write(writer.offset() + 1);
        TableChanges changes = new TableChanges(
                id.getMostSignificantBits(),
                id.getLeastSignificantBits(),
                states.of(id).generation(),
                checkpointId,
                BucketChangesCodec.encode(
                        writer.flush(new SplittableRandom(1)).orElseThrow().changes()));
        committer.add(changes);
        return changes;
    }

    private SinkCommitter committer(LogId log, long epoch) {
        Table loaded = table.load();
        SinkTables tables = new SinkTables() {
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
                return List.of(id);
            }
        };
        return new SinkCommitter(tables, states, new CommitId("sink", log, epoch, 0), new CallerThread());
    }
}
