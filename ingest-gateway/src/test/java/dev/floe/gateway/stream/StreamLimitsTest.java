package dev.floe.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.gateway.FakeTables;
import dev.floe.gateway.MemoryStreamLog;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** A stream too many is refused, one that is known never. */
class StreamLimitsTest {
    private static final UUID TABLE = new UUID(1, 2);
    private static final Principal WRITER = new Principal(TenantName.DEFAULT, "w", Set.of(Role.WRITER));
    private static final Principal OTHER = new Principal(new TenantName("other"), "o", Set.of(Role.WRITER));

    private final FakeTables tables = new FakeTables();
    private final MemoryStreamLog log = new MemoryStreamLog();
    private final OpenStreams streams = new OpenStreams(tables, log, 3);

    @Test
    void claimsKnownStreamsWhereNoNewOneHasRoom() {
        StreamRecords records = new StreamRecords(Duration.ofDays(2), 2, (record, answer) -> {});
        apply(records, "a");
        apply(records, "b");

        // its record is on its way, and nobody answers
        assertThat(records.claim(new StreamName(TABLE, "a"))).isNotDone();
        assertThat(records.claim(new StreamName(TABLE, "c")))
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("there are 2 streams already, 2 are allowed");
    }

    @Test
    void refusesATenantItsNextStreamOnAnyOfItsTables() {
        open(WRITER, "events", "a");
        open(WRITER, "events", "b");
        open(WRITER, "users", "a");

        FloeException refusal = catchThrowableOfType(FloeException.class, () -> open(WRITER, "ledger", "a"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.message()).isEqualTo("the tenant's tables have 3 streams already, 3 are allowed");
    }

    @Test
    void letsATenantAtItsLimitGoOnAndOthersBegin() {
        tables.addTo(OTHER.tenant(), "theirs");
        for (String stream : new String[] {"a", "b", "c"}) {
            open(WRITER, "events", stream);
        }

        assertThat(open(WRITER, "events", "a").session().next()).isZero();
        assertThat(open(OTHER, "theirs", "a").session().next()).isZero();
        assertThat(log.streamCount()).isEqualTo(4);
    }

    @Test
    void countsNoStreamThatIsForgotten() {
        StreamTable table = new StreamTable();
        table.apply(new StreamName(TABLE, "a"), new StreamPosition(1, 100, Map.of()), 1_000);
        table.apply(new StreamName(TABLE, "b"), new StreamPosition(1, 100, Map.of()), 3_000);

        table.forget(1_999);

        assertThat(table.size(TABLE)).isEqualTo(1);
    }

    private OpenStreams.Opened open(Principal principal, String table, String stream) {
        return streams.open(principal, table, stream, 0).join();
    }

    private static void apply(StreamRecords records, String stream) {
        StreamRecord record = new StreamRecord(
                new StreamRecord.StreamPlace(TABLE, stream),
                1,
                1,
                new StreamPosition(1, 100, Map.of()),
                StreamRecord.NO_LOG);
        assertThat(records.apply(record.key(), record.value(), 0)).isTrue();
    }
}
