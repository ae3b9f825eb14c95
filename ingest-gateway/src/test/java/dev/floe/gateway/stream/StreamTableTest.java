package dev.floe.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamTableTest {
    private static final StreamName STREAM = new StreamName(new UUID(1, 2), "orders");

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 500));
    }

    /** Writers claim, advance and are fenced; whatever was accepted is never forgotten, compaction or not. */
    @ParameterizedTest
    @MethodSource("seeds")
    void standsAtOrAfterWhatWasAccepted(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StreamTable table = new StreamTable();
        List<StreamPosition> log = new ArrayList<>();
        Map<Long, Long> begun = new HashMap<>();
        long epochs = 0;
        long accepted = 0;
        for (int step = 0; step < 60; step++) {
            StreamPosition record;
            if (epochs == 0 || random.nextInt(6) == 0) {
                record = at(++epochs, StreamTable.CLAIM);
            } else {
                long epoch = Math.max(1, epochs - random.nextInt(3));
                Long from = begun.get(epoch);
                record = at(epoch, from == null ? -2 : from + random.nextInt(10));
            }
            if (record.next() == -2) {
                continue;
            }
            log.add(record);
            boolean newest = table.apply(STREAM, record, 0);
            assertThat(newest).isEqualTo(record.epoch() == epochs);
            if (record.next() == StreamTable.CLAIM) {
                begun.put(record.epoch(), table.position(STREAM).next());
                StreamPosition begin = at(record.epoch(), table.position(STREAM).next());
                log.add(begin);
                table.apply(STREAM, begin, 0);
            } else {
                begun.merge(record.epoch(), record.next(), Math::max);
            }
            if (newest) {
                accepted = Math.max(accepted, record.next());
            }
            assertThat(table.position(STREAM).next()).isGreaterThanOrEqualTo(accepted);
            assertThat(compacted(log).position(STREAM)).isEqualTo(table.position(STREAM));
        }
    }

    @Test
    void refusesTheWriterThatWasFenced() {
        StreamTable table = new StreamTable();
        assertThat(table.apply(STREAM, at(1, 100), 0)).isTrue();
        assertThat(table.apply(STREAM, at(2, StreamTable.CLAIM), 0)).isTrue();
        assertThat(table.apply(STREAM, at(1, 200), 0)).isFalse();
        assertThat(table.apply(STREAM, at(2, 100), 0)).isTrue();
        assertThat(table.apply(STREAM, at(1, 300), 0)).isFalse();
        assertThat(table.position(STREAM)).isEqualTo(at(2, 100));
    }

    @Test
    void forgetsAStreamAfterItsLifetime() {
        StreamTable table = new StreamTable();
        table.apply(STREAM, at(1, 100), 1_000);
        table.apply(new StreamName(new UUID(1, 2), "other"), at(1, 100), 3_000);
        table.forget(1_999);
        assertThat(table.position(STREAM)).isEqualTo(StreamPosition.UNKNOWN);
        assertThat(table.size()).isEqualTo(1);
    }

    /** The table of a reader that finds only the last record of each epoch, as long as the writer went on. */
    private static StreamTable compacted(List<StreamPosition> log) {
        Map<Long, Integer> last = new HashMap<>();
        for (int i = 0; i < log.size(); i++) {
            last.put(log.get(i).epoch(), i);
        }
        StreamTable table = new StreamTable();
        for (int i = 0; i < log.size(); i++) {
            if (Integer.valueOf(i).equals(last.get(log.get(i).epoch()))) {
                table.apply(STREAM, log.get(i), 0);
            }
        }
        return table;
    }

    private static StreamPosition at(long epoch, long next) {
        return new StreamPosition(epoch, next, Map.of());
    }
}
