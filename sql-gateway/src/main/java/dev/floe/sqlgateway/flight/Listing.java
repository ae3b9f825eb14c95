package dev.floe.sqlgateway.flight;

import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.arrow.ArrowPart;
import dev.floe.sqlgateway.arrow.ArrowStreams;
import dev.floe.sqlgateway.rpc.QueryStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a metadata command answers: rows under one of Flight SQL's own schemas.
 *
 * <p>{@code whole} is one record batch for schemas that columns of results can't have.
 */
record Listing(
        Schema schema, List<ResultColumn> columns, Stream<List<@Nullable Object>> rows, Optional<ArrowPart> whole) {
    /** Rows of texts, numbers and bytes. */
    static Listing of(Schema schema, Stream<List<@Nullable Object>> rows) {
        List<ResultColumn> columns = schema.getFields().stream()
                .map(field -> new ResultColumn(
                        field.getName(), type(field.getType().getTypeID().name()), field.isNullable()))
                .toList();
        return new Listing(schema, columns, rows, Optional.empty());
    }

    private static Type type(String arrow) {
        return switch (arrow) {
            case "Utf8" -> Types.StringType.get();
            case "Int" -> Types.IntegerType.get();
            case "Binary" -> Types.BinaryType.get();
            default -> throw new IllegalArgumentException("no listing has columns of " + arrow);
        };
    }

    static Listing empty(Schema schema) {
        return new Listing(schema, List.of(), Stream.empty(), Optional.empty());
    }

    static Listing whole(Schema schema, ArrowPart batch) {
        return new Listing(schema, List.of(), Stream.empty(), Optional.of(batch));
    }

    static List<@Nullable Object> row(@Nullable Object... values) {
        return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(values)));
    }

    QueryStream.Opened<Flight.FlightData> open(ArrowStreams arrow) {
        return new QueryStream.Opened<>(
                new RowsCursor(columns, rows.iterator()), new FlightAnswer(schema, columns, arrow, whole));
    }
}
