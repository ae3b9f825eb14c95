package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.Token;
import dev.floe.storage.log.LogToken;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was acked so far, and the token at which a read sees all of it; safe for threads. */
final class Frontier {
    private final Map<Integer, Long> offsets = new HashMap<>();
    private @Nullable LogToken last;
    private long rows;

    /** A number of rows and the token for them. */
    record Mark(long rows, Token token) {}

    synchronized void add(Ack ack) {
        if (ack.rowsRefused() > 0) {
            throw ack.rowErrors().get(0);
        }
        rows += ack.rowsStored();
        LogToken token = LogToken.decode(ack.token().bytes());
        token.offsets().forEach((bucket, offset) -> offsets.merge(bucket, offset, Math::max));
        last = token;
    }

    synchronized long rows() {
        return rows;
    }

    /** Null before the first ack. */
    synchronized @Nullable Mark mark() {
        LogToken token = last;
        return token == null
                ? null
                : new Mark(rows, Token.of(new LogToken(token.tableId(), Map.copyOf(offsets)).encode()));
    }
}
