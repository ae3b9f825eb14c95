package dev.floe.sqlgateway.rpc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.log.LogToken;
import dev.floe.wire.v1.ReadAt;
import dev.floe.wire.v1.Token;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The cut that a request asks for. */
final class ReadCuts {
    private ReadCuts() {}

    static ReadCut of(ReadAt wire) {
        return switch (wire.getCutCase()) {
            case LATEST, CUT_NOT_SET -> new ReadCut.Latest();
            case COMMITTED -> new ReadCut.Committed();
            case TOKEN -> new ReadCut.AtToken(token(wire.getToken()));
            case CONTAINING -> new ReadCut.Containing(token(wire.getContaining()));
            case SNAPSHOT_ID -> snapshot(wire.getSnapshotId());
            case TIMESTAMP_MICROS ->
                new ReadCut.AtTime(Instant.EPOCH.plus(wire.getTimestampMicros(), ChronoUnit.MICROS));
        };
    }

    private static LogToken token(Token wire) {
        return LogToken.decode(wire.getValue().toByteArray());
    }

    private static ReadCut snapshot(long id) {
        if (id <= 0) {
            throw new FloeException(ErrorCode.SNAPSHOT_NOT_FOUND, "there is no snapshot " + id)
                    .at("read_at.snapshot_id")
                    .advise("take a snapshot id from a query's header");
        }
        return new ReadCut.AtSnapshot(id);
    }
}
