package dev.floe.gateway.convert;

import static dev.floe.gateway.convert.Batches.floating;
import static dev.floe.gateway.convert.Batches.integer;
import static dev.floe.gateway.convert.Batches.keyed;
import static dev.floe.gateway.convert.Batches.nothing;
import static dev.floe.gateway.convert.Batches.row;
import static dev.floe.gateway.convert.Batches.rows;
import static dev.floe.gateway.convert.Batches.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.Batch;
import dev.floe.wire.v1.Column;
import dev.floe.wire.v1.ColumnarBatch;
import dev.floe.wire.v1.Operation;
import dev.floe.wire.v1.PhysicalType;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class BatchConverterTest {
    private final BatchConverter converter = new BatchConverter(Batches.LIMITS);

    @Test
    void keepsGoodRowsAndTheirPlacesAmongBadOnes() {
        Batch batch = rows(
                row(integer(1), text("a"), floating(1)),
                row(integer(2), nothing(), floating(2)),
                row(integer(3), text("c")),
                row(nothing(), text("d"), nothing()),
                row(integer(5), text("e"), nothing()));

        Converted converted = converter.convert(keyed(), batch);

        Converted.Part part = converted.parts().get(0);
        assertThat(part.batch().rowCount()).isEqualTo(2);
        assertThat(((BytesVector) column(part.batch(), 2)).text(1)).isEqualTo("e");
        assertThat(part.rows().rowOf(1)).isEqualTo(4);
        assertThat(converted.rowsReceived()).isEqualTo(5);
        assertThat(converted.rowsRefused()).isEqualTo(3);
        assertThat(converted.errors().stream().map(FloeException::row)).containsExactly(1L, 2L, 3L);
        assertThat(converted.errors().stream().map(FloeException::code))
                .containsExactly(ErrorCode.MISSING_VALUE, ErrorCode.WRONG_TYPE, ErrorCode.MISSING_VALUE);
        assertThat(converted.errors().get(2).fieldPath()).isEqualTo("id");
    }

    @Test
    void keepsEveryRowOfAKeyInItsOrder() {
        Batch batch = rows(
                row(integer(1), text("first"), nothing()),
                row(integer(1), text("second"), nothing()),
                row(integer(1), text("third"), nothing()));

        ColumnBatch converted = converter.convert(keyed(), batch).parts().get(0).batch();

        BytesVector names = (BytesVector) column(converted, 2);
        assertThat(IntStream.range(0, 3).mapToObj(names::text)).containsExactly("first", "second", "third");
    }

    @Test
    void readsOnlyTheKeyOfADelete() {
        Batch batch = rows(row(integer(1), nothing(), text("not a double"))).toBuilder()
                .setOperation(Operation.DELETE)
                .build();

        Converted converted = converter.convert(keyed(), batch);

        ColumnBatch read = converted.parts().get(0).batch();
        assertThat(converted.errors()).isEmpty();
        assertThat(read.fieldIds()).containsExactly(1);
        assertThat(read.operations()).containsExactly(RowOperation.DELETE);
    }

    @Test
    void takesAnEmptyBatch() {
        Converted converted = converter.convert(keyed(), rows());

        assertThat(converted.rowsReceived()).isZero();
        assertThat(converted.errors()).isEmpty();
    }

    @Test
    void listsAtMostAThousandErrorsAndCountsAll() {
        BatchConverter wide = new BatchConverter(new ConvertLimits(5_000, 1 << 20, 100, 16));
        Row bad = row(integer(1), nothing(), nothing());
        Batch batch = rows(IntStream.range(0, 3_000).mapToObj(i -> bad).toArray(Row[]::new));

        Converted converted = wide.convert(keyed(), batch);

        assertThat(converted.errors()).hasSize(BatchConverter.ROW_ERRORS_MAX);
        assertThat(converted.rowsRefused()).isEqualTo(3_000);
    }

    @Test
    void refusesBatchesThatAreWrongAsAWhole() {
        Batch unknown = named("id", "nmae");
        Batch twice = named("id", "id");
        Batch wide = named(IntStream.range(0, 10_000).mapToObj(i -> "c" + i).toArray(String[]::new));
        Batch append = rows().toBuilder().setOperation(Operation.APPEND).build();
        Batch future = rows().toBuilder().setOperationValue(99).build();
        Row[] many = IntStream.range(0, 1_001).mapToObj(i -> row()).toArray(Row[]::new);

        assertThat(refusal(unknown).code()).isEqualTo(ErrorCode.UNKNOWN_COLUMN);
        assertThat(refusal(unknown).fieldPath()).isEqualTo("nmae");
        assertThat(refusal(twice).code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
        assertThat(refusal(wide).code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
        assertThat(refusal(append).code()).isEqualTo(ErrorCode.WRONG_OPERATION);
        assertThat(refusal(future).code()).isEqualTo(ErrorCode.WRONG_OPERATION);
        assertThat(refusal(rows(many)).code()).isEqualTo(ErrorCode.TOO_MANY_ROWS);
        assertThat(refusal(Batch.getDefaultInstance()).code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
    }

    @Test
    void refusesDeletesOfAppendTables() {
        Batch batch = rows().toBuilder().setOperation(Operation.DELETE).build();

        FloeException refusal = catchThrowableOfType(
                FloeException.class, () -> converter.convert(Batches.one(Types.LongType.get()), batch));

        assertThat(refusal.code()).isEqualTo(ErrorCode.WRONG_OPERATION);
    }

    @Test
    void showsNoControlCharactersOfAName() {
        FloeException refusal = refusal(named("a\u0000\u202e\u001b[31m"));

        assertThat(refusal.message()).contains("\\u0000", "\\u202e", "\\u001b");
        assertThat(refusal.message().chars()).noneMatch(Character::isISOControl);
    }

    @Test
    void holdsColumnarRowsToTheirOwnOperations() {
        ColumnarBatch mixed =
                columnar().setOperations(ByteString.copyFrom(new byte[] {2, 3})).build();

        Converted converted = converter.convert(keyed(), batch(mixed));

        // the delete needs no name, the upsert does
        assertThat(converted.errors()).hasSize(1);
        assertThat(converted.errors().get(0).row()).isZero();
        assertThat(converted.errors().get(0).fieldPath()).isEqualTo("name");
    }

    @Test
    void refusesOneRowForItsOperation() {
        ColumnarBatch wrong =
                columnar().setOperations(ByteString.copyFrom(new byte[] {3, 1})).build();

        Converted converted = converter.convert(keyed(), batch(wrong));

        assertThat(converted.rowsReceived()).isEqualTo(2);
        assertThat(converted.errors()).hasSize(1);
        assertThat(converted.errors().get(0).code()).isEqualTo(ErrorCode.WRONG_OPERATION);
        assertThat(converted.errors().get(0).row()).isEqualTo(1);
    }

    private static ColumnarBatch.Builder columnar() {
        return ColumnarBatch.newBuilder()
                .setRowCount(2)
                .addColumns(Column.newBuilder()
                        .setFieldId(1)
                        .setPhysicalType(PhysicalType.INT64)
                        .setValues(ByteString.copyFrom(new byte[16])));
    }

    private static Batch batch(ColumnarBatch columnar) {
        return Batch.newBuilder().setColumnar(columnar).build();
    }

    private static Batch named(String... columns) {
        return Batch.newBuilder()
                .setRows(RowBatch.newBuilder().addAllColumns(List.of(columns)))
                .build();
    }

    private FloeException refusal(Batch batch) {
        return catchThrowableOfType(FloeException.class, () -> converter.convert(keyed(), batch));
    }

    private static Vector column(ColumnBatch batch, int fieldId) {
        return batch.columns().get(batch.fieldIds().indexOf(fieldId));
    }
}
