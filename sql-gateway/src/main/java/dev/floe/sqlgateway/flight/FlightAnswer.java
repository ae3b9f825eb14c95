package dev.floe.sqlgateway.flight;

import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.arrow.ArrowPart;
import dev.floe.sqlgateway.arrow.ArrowStreams;
import dev.floe.sqlgateway.rpc.QueryAnswer;
import dev.floe.storage.column.ColumnBatch;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.vector.types.pojo.Schema;

/** A result as Flight's messages: its schema, then its record batches; {@code whole} is one made beforehand. */
record FlightAnswer(Schema schema, List<ResultColumn> columns, ArrowStreams arrow, Optional<ArrowPart> whole)
        implements QueryAnswer<Flight.FlightData> {
    @Override
    public Optional<Flight.FlightData> first(QueryCursor cursor) {
        return Optional.of(data(ArrowPart.of(schema)));
    }

    @Override
    public Flight.FlightData rows(ColumnBatch slice) {
        return data(arrow.part(slice, columns));
    }

    @Override
    public Optional<Flight.FlightData> last(End end) {
        return whole.map(FlightAnswer::data);
    }

    private static Flight.FlightData data(ArrowPart part) {
        return Flight.FlightData.newBuilder()
                .setDataHeader(part.metadata())
                .setDataBody(part.body())
                .build();
    }
}
