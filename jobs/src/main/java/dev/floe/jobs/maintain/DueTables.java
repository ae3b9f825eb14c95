package dev.floe.jobs.maintain;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/** The tables that are due, for ever: a source of one reader, which asks the catalog and has nothing to divide. */
final class DueTables implements Source<DueTable, DueTables.Nothing, DueTables.Nothing> {
    private static final long serialVersionUID = 1;

    private final MaintenanceJobSettings settings;

    DueTables(MaintenanceJobSettings settings) {
        this.settings = settings;
    }

    /** What a source that is not divided has to call its parts and its state. */
    record Nothing() implements SourceSplit {
        @Override
        public String splitId() {
            return "none";
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<DueTable, Nothing> createReader(SourceReaderContext context) {
        return new DueTablesReader(settings);
    }

    @Override
    public SplitEnumerator<Nothing, Nothing> createEnumerator(SplitEnumeratorContext<Nothing> context) {
        return new Enumerator();
    }

    @Override
    public SplitEnumerator<Nothing, Nothing> restoreEnumerator(
            SplitEnumeratorContext<Nothing> context, Nothing checkpoint) {
        return new Enumerator();
    }

    @Override
    public SimpleVersionedSerializer<Nothing> getSplitSerializer() {
        return new NothingSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Nothing> getEnumeratorCheckpointSerializer() {
        return new NothingSerializer();
    }

    private static final class Enumerator implements SplitEnumerator<Nothing, Nothing> {
        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtaskId, @Nullable String requesterHostname) {}

        @Override
        public void addSplitsBack(List<Nothing> splits, int subtaskId) {}

        @Override
        public void addReader(int subtaskId) {}

        @Override
        public Nothing snapshotState(long checkpointId) {
            return new Nothing();
        }

        @Override
        public void close() {}
    }

    private static final class NothingSerializer implements SimpleVersionedSerializer<Nothing> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Nothing nothing) {
            return nothing.splitId().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Nothing deserialize(int version, byte[] serialized) {
            return new Nothing();
        }
    }
}
