package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.arrow.ArrowArray;
import dev.floe.storage.arrow.ArrowArrays;
import dev.floe.storage.arrow.ArrowField;
import dev.floe.storage.arrow.ArrowFrames;
import dev.floe.storage.arrow.DecodedBytes;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.ArrowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Reads an Arrow IPC stream that nobody vouches for.
 *
 * <p>Arrow's Java reader allocates by the lengths that a stream states, off the heap, and trusts its offsets. This one
 * uses only Arrow's generated accessors, over the request's own bytes, and checks every count, length and offset
 * against them; whatever slips through ends at a bounds check of the JVM and refuses the batch.
 */
final class ArrowReader {
    private final Target target;
    private final ConvertLimits limits;
    private final DecodedBytes decoded;
    private final Map<Long, ArrowArray> dictionaries = new HashMap<>();
    private List<ArrowField> fields = List.of();
    private List<Types.NestedField> columns = List.of();
    private long rows;

    ArrowReader(Target target, ConvertLimits limits) {
        this.target = target;
        this.limits = limits;
        this.decoded = new DecodedBytes(limits.bytesMax(), limits::tooLarge);
    }

    /** One part for each record batch. */
    List<BatchConverter.Decoded> read(ArrowBatch batch, byte operation) {
        try {
            ArrowFrames frames = new ArrowFrames(batch.getIpcStream().asReadOnlyByteBuffer());
            schema(frames.next());
            List<BatchConverter.Decoded> parts = new ArrayList<>();
            for (ArrowFrames.Frame frame = frames.next(); frame != null; frame = frames.next()) {
                switch (frame.message().headerType()) {
                    case MessageHeader.RecordBatch -> parts.add(recordBatch(frame, operation));
                    case MessageHeader.DictionaryBatch -> dictionary(frame);
                    default -> throw ArrowFrames.malformed("a message of an unexpected kind");
                }
            }
            return parts;
        } catch (IndexOutOfBoundsException | NegativeArraySizeException | ArithmeticException | AssertionError e) {
            throw new FloeException(
                            ErrorCode.MALFORMED_BATCH,
                            "the batch is no Arrow IPC stream: it contradicts itself (" + e.getMessage() + ")",
                            e)
                    .advise("send a schema, then record batches, as Arrow's stream writer makes them");
        }
    }

    private void schema(ArrowFrames.@Nullable Frame first) {
        Schema schema = new Schema();
        if (first == null
                || first.message().headerType() != MessageHeader.Schema
                || first.message().header(schema) == null) {
            throw ArrowFrames.malformed("it does not start with a schema");
        }
        if (schema.endianness() != Endianness.Little) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "the Arrow stream is big endian")
                    .advise("send it little endian");
        }
        limits.checkColumns(schema.fieldsLength());
        ArrowField.Reader reader = new ArrowField.Reader(limits.valueDepthMax());
        List<ArrowField> read = new ArrayList<>();
        for (int i = 0; i < schema.fieldsLength(); i++) {
            read.add(reader.read(schema.fields(i), 0));
        }
        fields = List.copyOf(read);
        columns = target.columns(fields.stream().map(ArrowField::name).toList());
    }

    private void dictionary(ArrowFrames.Frame frame) {
        DictionaryBatch batch = new DictionaryBatch();
        if (frame.message().header(batch) == null || batch.data() == null) {
            throw ArrowFrames.malformed("an empty dictionary");
        }
        if (batch.isDelta()) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "the Arrow stream adds to a dictionary")
                    .advise("send whole dictionaries");
        }
        ArrowField coded = coded(fields, batch.id());
        if (coded == null) {
            throw ArrowFrames.malformed("a dictionary that no field uses");
        }
        RecordBatch data = batch.data();
        limits.checkRows(data.length());
        dictionaries.put(
                batch.id(),
                new ArrowArrays(data, frame.body(), decoded)
                        .read(List.of(coded.plain()), data.length())
                        .get(0));
    }

    private static @Nullable ArrowField coded(List<ArrowField> fields, long dictionaryId) {
        for (ArrowField field : fields) {
            if (field.indexType() != null && field.dictionaryId() == dictionaryId) {
                return field;
            }
            ArrowField inner = coded(field.children(), dictionaryId);
            if (inner != null) {
                return inner;
            }
        }
        return null;
    }

    private BatchConverter.Decoded recordBatch(ArrowFrames.Frame frame, byte operation) {
        RecordBatch batch = new RecordBatch();
        if (frame.message().header(batch) == null || batch.length() < 0) {
            throw ArrowFrames.malformed("an empty record batch");
        }
        rows = Math.addExact(rows, batch.length());
        limits.checkRows(rows);
        int length = (int) batch.length();
        List<ArrowArray> arrays = new ArrowArrays(batch, frame.body(), decoded).read(fields, length);
        ArrowVectors vectors = new ArrowVectors(dictionaries, decoded);
        List<Integer> ids = new ArrayList<>();
        List<Vector> values = new ArrayList<>();
        Faults faults = new Faults();
        for (int i = 0; i < arrays.size(); i++) {
            Types.NestedField column = columns.get(i);
            if (operation != RowOperation.DELETE || target.isReadOfDeletes(column.fieldId())) {
                Faults wrong = new Faults();
                ids.add(column.fieldId());
                values.add(vectors.vector(arrays.get(i), column.type(), wrong));
                faults.addAll(wrong, column.name());
            }
        }
        byte[] operations = new byte[length];
        Arrays.fill(operations, operation);
        return new BatchConverter.Decoded(new ColumnBatch(length, ids, values, operations), faults);
    }
}
