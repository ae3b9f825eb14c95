package dev.floe.gateway;

import dev.floe.core.lifecycle.Health;
import dev.floe.gateway.stream.StreamLog;
import dev.floe.gateway.stream.StreamName;
import dev.floe.gateway.stream.StreamPosition;
import dev.floe.gateway.stream.StreamRecords;
import dev.floe.storage.log.LogKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Streams over a list in memory that several gateways may share; records are read when {@link #deliver} says so. */
public final class MemoryStreamLog implements StreamLog {
    private final Topic topic;
    private final StreamRecords records;
    private int read;

    /** The list, shared by gateways. */
    public static final class Topic {
        private final List<byte[][]> records = new ArrayList<>();
        private final boolean immediate;
        private final List<MemoryStreamLog> readers = new ArrayList<>();

        public Topic(boolean immediate) {
            this.immediate = immediate;
        }

        /** Records written to it. */
        public synchronized int size() {
            return records.size();
        }

        private void add(byte[] key, byte[] value) {
            synchronized (this) {
                records.add(new byte[][] {key, value});
            }
            if (immediate) {
                readers.forEach(MemoryStreamLog::deliver);
            }
        }
    }

    public MemoryStreamLog() {
        this(new Topic(true));
    }

    public MemoryStreamLog(Topic topic) {
        this.topic = topic;
        this.records =
                new StreamRecords(Duration.ofDays(2), (record, answer) -> topic.add(record.key(), record.value()));
        topic.readers.add(this);
    }

    /** Reads what has been written. */
    public void deliver() {
        while (true) {
            byte[][] next;
            synchronized (topic) {
                if (read == topic.records.size()) {
                    return;
                }
                next = topic.records.get(read++);
            }
            records.apply(next[0], next[1], 0);
        }
    }

    @Override
    public CompletableFuture<StreamPosition> position(StreamName stream) {
        return records.position(stream);
    }

    @Override
    public CompletableFuture<StreamPosition> claim(StreamName stream) {
        return records.claim(stream);
    }

    @Override
    public Map<LogKey, Long> offsets() {
        return records.offsets();
    }

    @Override
    public long claimed(StreamName stream) {
        return records.claimed(stream);
    }

    @Override
    public int streamCount() {
        return records.streamCount();
    }

    @Override
    public int streamCount(UUID tableId) {
        return records.streamCount(tableId);
    }

    @Override
    public CompletableFuture<Boolean> advance(StreamName stream, StreamPosition to) {
        return records.advance(stream, to);
    }

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public void start() {}

    @Override
    public Health health() {
        return Health.OK;
    }

    @Override
    public void close() {}
}
