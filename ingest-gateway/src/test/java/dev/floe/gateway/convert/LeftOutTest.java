package dev.floe.gateway.convert;

import static dev.floe.gateway.convert.Batches.integer;
import static dev.floe.gateway.convert.Batches.list;
import static dev.floe.gateway.convert.Batches.nothing;
import static dev.floe.gateway.convert.Batches.one;
import static dev.floe.gateway.convert.Batches.row;
import static dev.floe.gateway.convert.Batches.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.ArrowBatch;
import dev.floe.wire.v1.Batch;
import dev.floe.wire.v1.Column;
import dev.floe.wire.v1.ColumnarBatch;
import dev.floe.wire.v1.PhysicalType;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What a batch leaves out counts as what it becomes; the limit is a mebibyte, or as many slots as that has longs. */
class LeftOutTest {
    private static final String TOO_LARGE = "the batch takes more than 1048576 bytes once decoded";

    private final BatchConverter converter = new BatchConverter(Batches.LIMITS);

    @Test
    void countsFieldsThatColumnsLackWithinLists() {
        FloeException refusal = refusal(one(lists(20)), columnar(100_000));

        assertThat(refusal.code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
        assertThat(refusal.message()).contains("more than 131072 nested values");
        assertThat(refusal.fieldPath()).startsWith("v.element.f");
    }

    @Test
    void fillsFieldsThatColumnsLackBelowTheLimit() {
        Converted converted = converter.convert(one(lists(20)), columnar(6_000));

        StructVector structs = (StructVector) ((ListVector) only(converted)).elements();
        assertThat(structs.children())
                .hasSize(20)
                .allSatisfy(child -> assertThat(child.size()).isEqualTo(6_000))
                .allSatisfy(child -> assertThat(child.isNull(5_999)).isTrue());
    }

    @Test
    void countsColumnsOfRowsWithoutValues() {
        Batch empty = rows(Collections.nCopies(1_000, Row.getDefaultInstance()).toArray(Row[]::new));

        FloeException refusal = refusal(wide(200), empty);

        assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(refusal.message()).isEqualTo(TOO_LARGE);
    }

    @Test
    void takesRowsUpToTheLimit() {
        Row full = Row.newBuilder()
                .addAllValues(Collections.nCopies(130, integer(1)))
                .build();

        Converted converted = converter.convert(
                wide(130), rows(Collections.nCopies(1_000, full).toArray(Row[]::new)));

        assertThat(converted.rowsRefused()).isZero();
    }

    @Test
    void countsElementsOfRowsThatHaveNoFields() {
        Value[] elements = Collections.nCopies(10_000, nothing()).toArray(Value[]::new);

        FloeException refusal = refusal(one(lists(20)), rows(row(list(elements))));

        assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(refusal.message()).isEqualTo(TOO_LARGE);
    }

    @Test
    void takesListsLongerThanTheBatch() {
        Value[] elements = Collections.nCopies(5_000, nothing()).toArray(Value[]::new);

        Converted converted = converter.convert(one(lists(20)), rows(row(list(elements)), row(nothing())));

        ListVector lists = (ListVector) only(converted);
        assertThat(lists.elements().size()).isEqualTo(5_000);
        assertThat(lists.isNull(1)).isTrue();
    }

    @Test
    void countsEachFieldOfAnArrowNull() throws IOException {
        FloeException refusal = refusal(one(struct(200)), arrow(fields -> new NullVector("v", 1_000)));

        assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(refusal.message()).isEqualTo(TOO_LARGE);
        assertThat(converter
                        .convert(one(struct(100)), arrow(fields -> new NullVector("v", 1_000)))
                        .rowsRefused())
                .isZero();
    }

    @Test
    void countsFieldsThatAnArrowStructLacks() throws IOException {
        Batch batch = arrow(memory -> {
            org.apache.arrow.vector.complex.StructVector structs =
                    org.apache.arrow.vector.complex.StructVector.empty("v", memory);
            structs.setValueCount(1_000);
            return structs;
        });

        FloeException refusal = refusal(one(struct(200)), batch);

        assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(converter.convert(one(struct(100)), batch).rowsRefused()).isZero();
    }

    private interface Arrays {
        FieldVector make(BufferAllocator memory);
    }

    private FloeException refusal(Target target, Batch batch) {
        return catchThrowableOfType(FloeException.class, () -> converter.convert(target, batch));
    }

    private static Vector only(Converted converted) {
        return converted.parts().get(0).batch().columns().get(0);
    }

    private static Target wide(int columns) {
        return new Target(new Schema(struct(columns).fields()), TableMode.APPEND, List.of());
    }

    private static Types.ListType lists(int fields) {
        return Types.ListType.ofOptional(2, struct(fields));
    }

    private static Types.StructType struct(int fields) {
        return Types.StructType.of(IntStream.range(0, fields)
                .mapToObj(i -> Types.NestedField.optional(10 + i, "f" + i, Types.LongType.get()))
                .toList());
    }

    /** One row with a list of so many structs, of which nothing is sent. */
    private static Batch columnar(int structs) {
        ByteBuffer offsets = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        offsets.putInt(0).putInt(structs).flip();
        Column elements = Column.newBuilder()
                .setPhysicalType(PhysicalType.STRUCT)
                .setLength(structs)
                .build();
        Column lists = Column.newBuilder()
                .setFieldId(1)
                .setPhysicalType(PhysicalType.LIST)
                .setOffsets(ByteString.copyFrom(offsets))
                .addChildren(elements)
                .build();
        return Batch.newBuilder()
                .setColumnar(ColumnarBatch.newBuilder().setRowCount(1).addColumns(lists))
                .build();
    }

    private static Batch arrow(Arrays arrays) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (BufferAllocator memory = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.of(arrays.make(memory));
                ArrowStreamWriter writer =
                        new ArrowStreamWriter(root, new DictionaryProvider.MapDictionaryProvider(), bytes)) {
            writer.writeBatch();
            writer.end();
        }
        return Batch.newBuilder()
                .setArrow(ArrowBatch.newBuilder().setIpcStream(ByteString.copyFrom(bytes.toByteArray())))
                .build();
    }
}
