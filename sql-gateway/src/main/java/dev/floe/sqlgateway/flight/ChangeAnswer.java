package dev.floe.sqlgateway.flight;

import dev.floe.sql.engine.QueryCursor;
import dev.floe.sqlgateway.rpc.QueryAnswer;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.LongVector;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql;

/** The count of rows that a statement stored, as Flight SQL answers an update. */
final class ChangeAnswer implements QueryAnswer<Flight.PutResult> {
    @Override
    public Optional<Flight.PutResult> first(QueryCursor cursor) {
        return Optional.empty();
    }

    @Override
    public Flight.PutResult rows(ColumnBatch slice) {
        if (!(slice.column(0) instanceof LongVector count)) {
            throw new IllegalStateException("a statement that changes rows answers with their count");
        }
        FlightSql.DoPutUpdateResult result = FlightSql.DoPutUpdateResult.newBuilder()
                .setRecordCount(count.value(0))
                .build();
        return Flight.PutResult.newBuilder()
                .setAppMetadata(result.toByteString())
                .build();
    }

    @Override
    public Optional<Flight.PutResult> last(End end) {
        return Optional.empty();
    }
}
