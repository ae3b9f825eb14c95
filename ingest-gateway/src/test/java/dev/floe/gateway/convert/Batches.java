package dev.floe.gateway.convert;

import dev.floe.catalog.table.TableMode;
import dev.floe.wire.v1.Batch;
import dev.floe.wire.v1.ListValue;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import dev.floe.wire.v1.Value;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Tables, batches and values for tests. */
final class Batches {
    static final ConvertLimits LIMITS = new ConvertLimits(1_000, 1 << 20, 100, 16);

    private Batches() {}

    /** An append table with one optional column {@code v}. */
    static Target one(Type type) {
        return new Target(new Schema(Types.NestedField.optional(1, "v", type)), TableMode.APPEND, List.of());
    }

    /** An upsert table: id long is the key, name string is required, score double is not. */
    static Target keyed() {
        return new Target(
                new Schema(
                        Types.NestedField.required(1, "id", Types.LongType.get()),
                        Types.NestedField.required(2, "name", Types.StringType.get()),
                        Types.NestedField.optional(3, "score", Types.DoubleType.get())),
                TableMode.UPSERT,
                List.of(1));
    }

    static Batch rows(Row... rows) {
        return Batch.newBuilder()
                .setRows(RowBatch.newBuilder().addAllRows(List.of(rows)))
                .build();
    }

    static Row row(Value... values) {
        return Row.newBuilder().addAllValues(List.of(values)).build();
    }

    static Value nothing() {
        return Value.getDefaultInstance();
    }

    static Value integer(long value) {
        return Value.newBuilder().setInteger(value).build();
    }

    static Value floating(double value) {
        return Value.newBuilder().setFloating(value).build();
    }

    static Value text(String value) {
        return Value.newBuilder().setText(value).build();
    }

    static Value decimal(String value) {
        return Value.newBuilder().setDecimal(value).build();
    }

    static Value list(Value... elements) {
        return Value.newBuilder()
                .setList(ListValue.newBuilder().addAllElements(List.of(elements)))
                .build();
    }
}
