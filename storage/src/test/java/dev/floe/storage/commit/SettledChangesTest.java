package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.BucketChangesCodec;
import dev.floe.storage.write.TestTable;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.junit.jupiter.api.Test;

/** A checkpoint is settled once nothing of it, or of those before it, can still be committed. */
class SettledChangesTest {
    private boolean storeIsAway;
    private final FaultyCatalog catalog = new FaultyCatalog();
    private final TestTable table =
            TestTable.create(catalog, TestTable.SCHEMA, PartitionSpec.unpartitioned(), List.of(1), 1);
    private final ModelStates states = new ModelStates();
    private final FakeWriter writer = FakeWriter.open(table.load(), 0, 1, "1");
    private final SinkCommitter committer = new SinkCommitter(
            new SinkTables() {
                @Override
                public Optional<SinkTable> find(UUID tableId) {
                    if (storeIsAway) {
                        throw new FloeException(ErrorCode.STORAGE_UNAVAILABLE, "S3 does not answer");
                    }
                    return Optional.of(new SinkTable(table.load(), table.layout()));
                }

                @Override
                public void reload(UUID tableId) {}

                @Override
                public List<UUID> all() {
                    return List.of(table.layout().tableId());
                }
            },
            states,
            new CommitId("sink", LogId.ANY, 1, 0),
            new CallerThread());

    @Test
    void aCommitThatWaitsKeepsItsCheckpointAndAllLaterOnesOpen() {
        flush(1);
        assertThat(committer.isSettled(0)).isTrue();
        assertThat(committer.isSettled(1)).isFalse();
        catalog.failNext(FaultyCatalog.Fault.LOST_BEFORE);
        committer.commitUpTo(1);

        assertThat(committer.isSettled(1)).as("its fate is not known").isFalse();
        flush(2);
        assertThat(committer.isSettled(2)).isFalse();
        committer.commitUpTo(1);
        assertThat(committer.isSettled(1)).isTrue();
        assertThat(committer.isSettled(2)).isFalse();
        committer.commitUpTo(2);
        assertThat(committer.isSettled(2)).isTrue();
    }

    @Test
    void aCommitWaitsForAStoreThatIsAway() {
        flush(1);
        storeIsAway = true;
        committer.commitUpTo(1);
        assertThat(committer.isSettled(1)).isFalse();

        storeIsAway = false;
        committer.commitUpTo(1);

        assertThat(committer.isSettled(1)).isTrue();
        assertThat(table.load().currentSnapshot())
                .as("the table was not suspended")
                .isNotNull();
    }

    @Test
    void whatASuspendedTableLostIsVoid() {
        flush(1);
        states.suspend(table.layout().tableId(), 0, new FloeException(ErrorCode.RETENTION_GAP, "gone"));

        committer.commitUpTo(1);

        assertThat(committer.isSettled(1)).isTrue();
        assertThat(table.load().currentSnapshot()).isNull();
    }

    private void flush(long checkpointId) {
        writer.write(checkpointId);
        UUID id = table.layout().tableId();
        committer.add(new TableChanges(
                id.getMostSignificantBits(),
                id.getLeastSignificantBits(),
                0,
                checkpointId,
                BucketChangesCodec.encode(
                        writer.flush(new SplittableRandom(1)).orElseThrow().changes())));
    }
}
