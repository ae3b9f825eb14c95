package dev.floe.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.log.LogEntryHeader;
import dev.floe.storage.stream.StreamId;
import dev.floe.storage.stream.StreamRows;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An entry that lost its predecessor is left out, whenever the job began. */
class StreamWindowsTest {
    private static final UUID TABLE = new UUID(3, 4);
    private static final long MINUTE = 60_000;

    private final StreamWindows windows = new StreamWindows(Duration.ofDays(1));

    @Test
    void inALogThatIsReadFromItsFirstRecord() {
        assertThat(repeated(0, 0, false)).isEqualTo(both());
    }

    @Test
    void longAfterTheJobBeganToRead() {
        assertThat(repeated(1_000, -11 * MINUTE, false)).isEqualTo(both());
    }

    @Test
    void butNotWhereThePredecessorMayBeBeforeThat() {
        assertThat(repeated(1_000, -9 * MINUTE, false)).isNull();
    }

    @Test
    void norWhereItMayBeInTheLogOfBefore() {
        assertThat(repeated(0, 0, true)).isNull();
    }

    /** Rows 10 and 11, sent while row 9 was in flight. */
    private @Nullable BitSet repeated(long beginOffset, long beginMillis, boolean newLog) {
        long now = 100 * MINUTE;
        StreamRows rows = StreamRows.of(StreamId.of(new UUID(1, 2), "orders"), 1, 9, new long[] {10, 11});
        BucketEntry entry = new BucketEntry(
                TABLE.getMostSignificantBits(),
                TABLE.getLeastSignificantBits(),
                0,
                0,
                2_000,
                now,
                beginOffset,
                now + beginMillis,
                new byte[0]);
        return windows.repeated(entry, new LogEntryHeader(TABLE, 0, 1, 2, List.of(rows)), newLog);
    }

    private static BitSet both() {
        BitSet both = new BitSet();
        both.set(0, 2);
        return both;
    }
}
