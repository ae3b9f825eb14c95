package dev.floe.client.rpc;

import com.google.protobuf.ByteString;
import dev.floe.client.Column;
import dev.floe.client.KeyLookup;
import dev.floe.client.Query;
import dev.floe.client.Row;
import dev.floe.client.TableSnapshot;
import dev.floe.wire.v1.GetRequest;
import dev.floe.wire.v1.GetResponse;
import dev.floe.wire.v1.QueryRequest;
import dev.floe.wire.v1.ReadAt;
import dev.floe.wire.v1.ResultFormat;
import dev.floe.wire.v1.Token;
import dev.floe.wire.v1.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Queries, lookups and their rows between the client's records and the wire. */
final class WireQueries {
    private WireQueries() {}

    static QueryRequest query(Query query) {
        return QueryRequest.newBuilder()
                .setSql(query.sql())
                .addAllParameters(
                        query.parameters().stream().map(WireValues::value).toList())
                .setFormat(ResultFormat.ROWS)
                .setReadAt(readAt(query.readAt()))
                .setRowLimit(query.rowLimit())
                .setBatchRows(query.batchRows())
                .build();
    }

    static GetRequest lookup(KeyLookup lookup) {
        List<@Nullable Object[]> keys = List.copyOf(lookup.keys());
        return GetRequest.newBuilder()
                .setTable(lookup.table())
                .setKeys(WireBatches.rows(lookup.keyColumns(), keys))
                .addAllColumns(lookup.columns())
                .setReadAt(readAt(lookup.readAt()))
                .build();
    }

    static List<Optional<Row>> rows(GetResponse response) {
        List<Column> columns = WireTypes.columns(response.getColumnsList());
        return response.getRowsList().stream()
                .map(found -> found.getFound() ? Optional.of(row(found.getRow(), columns)) : Optional.<Row>empty())
                .toList();
    }

    static Row row(dev.floe.wire.v1.Row row, List<Column> columns) {
        List<Value> values = row.getValuesList();
        @Nullable Object[] out = new @Nullable Object[values.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = WireValues.java(values.get(i), columns.get(i).type());
        }
        return new Row(columns, out);
    }

    static TableSnapshot snapshot(dev.floe.wire.v1.TableSnapshot snapshot) {
        return new TableSnapshot(
                snapshot.getTable(),
                snapshot.getSnapshotId(),
                WireValues.instant(snapshot.getCommittedAtMicros()),
                snapshot.getTailRows(),
                snapshot.getNotice());
    }

    private static ReadAt readAt(dev.floe.client.ReadAt cut) {
        ReadAt.Builder out = ReadAt.newBuilder();
        if (cut instanceof dev.floe.client.ReadAt.AtToken at) {
            out.setToken(token(at.token()));
        } else if (cut instanceof dev.floe.client.ReadAt.Containing containing) {
            out.setContaining(token(containing.token()));
        } else if (cut instanceof dev.floe.client.ReadAt.AtSnapshot at) {
            out.setSnapshotId(at.snapshotId());
        } else if (cut instanceof dev.floe.client.ReadAt.AtTime at) {
            out.setTimestampMicros(ChronoUnit.MICROS.between(Instant.EPOCH, at.time()));
        } else if (cut instanceof dev.floe.client.ReadAt.Committed) {
            out.setCommitted(true);
        } else {
            out.setLatest(true);
        }
        return out.build();
    }

    private static Token token(dev.floe.client.Token token) {
        return Token.newBuilder().setValue(ByteString.copyFrom(token.bytes())).build();
    }
}
