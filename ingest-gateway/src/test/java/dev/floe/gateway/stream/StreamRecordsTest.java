package dev.floe.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Streams that outlive the log of the entries go on in the next one. */
class StreamRecordsTest {
    private static final StreamName STREAM = new StreamName(new UUID(1, 2), "orders");
    private static final LogId NEW = new LogId("cluster", "new");

    private final Queue<StreamRecords.Outgoing> sent = new ArrayDeque<>();
    private final StreamRecords records = new StreamRecords(Duration.ofDays(2), (record, answer) -> sent.add(record));

    @Test
    void aClaimTakesNoOffsetsOfAnotherLogOver() {
        records.follow(NEW);
        apply(new LogId("cluster", "old"));

        StreamPosition begin = claim();

        assertThat(begin.next()).isEqualTo(100);
        assertThat(begin.offsets()).isEmpty();
        assertThat(records.offsets()).isEmpty();
    }

    @Test
    void aClaimTakesTheOffsetsOfItsLogOver() {
        records.follow(NEW);
        apply(NEW);

        assertThat(claim().offsets()).isEqualTo(Map.of(0, 1_000_000L));
        assertThat(records.offsets()).isEqualTo(Map.of(new LogKey(STREAM.tableId(), 0), 1_000_000L));
    }

    private StreamPosition claim() {
        CompletableFuture<StreamPosition> claim = records.claim(STREAM);
        while (!sent.isEmpty()) {
            StreamRecords.Outgoing record = sent.remove();
            records.apply(record.key(), record.value(), 1);
        }
        return claim.join();
    }

    private void apply(LogId log) {
        StreamRecord record = new StreamRecord(
                new StreamRecord.StreamPlace(STREAM.tableId(), STREAM.name()),
                1,
                1,
                new StreamPosition(1, 100, Map.of(0, 1_000_000L)),
                log.topicId().hashCode());
        assertThat(records.apply(record.key(), record.value(), 0)).isTrue();
    }
}
