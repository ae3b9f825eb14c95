package dev.floe.sqlgateway.flight;

import com.google.protobuf.ByteString;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.arrow.ArrowArray;
import dev.floe.storage.arrow.ArrowArrays;
import dev.floe.storage.arrow.ArrowField;
import dev.floe.storage.arrow.ArrowFrames;
import dev.floe.storage.arrow.DecodedBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flight.impl.Flight;
import org.jspecify.annotations.Nullable;

/**
 * Reads parameters out of a client's Flight messages, which nobody vouches for.
 *
 * <p>As ingest reads Arrow: nothing is taken or allocated by a length before it is compared with the bytes that are
 * there, and what they take is counted first.
 */
final class ParameterReader {
    static final int ROWS_MAX = 10_000;
    static final long BYTES_MAX = 8 << 20;

    private static final int COLUMNS_MAX = 1_000;
    private static final int DEPTH_MAX = 10;
    /** What a value takes as an object, without its text or bytes. */
    private static final long VALUE_BYTES = 48;

    private final ParameterMemory.Share memory;
    private final DecodedBytes decoded = new DecodedBytes(BYTES_MAX, ParameterReader::tooLarge);
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private @Nullable List<ArrowField> fields;

    ParameterReader(ParameterMemory.Share memory) {
        this.memory = memory;
    }

    /** Throws MALFORMED_BATCH, MESSAGE_TOO_LARGE, TOO_MANY_ROWS, UNSUPPORTED and OVERLOADED. */
    void add(Flight.FlightData data) {
        if (data.getDataHeader().isEmpty()) {
            return;
        }
        try {
            Message message = Message.getRootAsMessage(littleEndian(data.getDataHeader()));
            switch (message.headerType()) {
                case MessageHeader.Schema -> schema(message);
                case MessageHeader.RecordBatch -> batch(message, littleEndian(data.getDataBody()));
                case MessageHeader.DictionaryBatch ->
                    throw new FloeException(ErrorCode.UNSUPPORTED, "parameters can't be bound by dictionaries")
                            .advise("bind plain values");
                default -> throw ArrowFrames.malformed("a message of an unexpected kind");
            }
        } catch (IndexOutOfBoundsException
                | NegativeArraySizeException
                | ArithmeticException
                | DateTimeException
                | AssertionError e) {
            throw new FloeException(
                            ErrorCode.MALFORMED_BATCH,
                            "the parameters are no Arrow messages: they contradict themselves (" + e.getMessage() + ")",
                            e)
                    .advise("send a schema, then record batches, as Arrow's clients do");
        }
    }

    private static ByteBuffer littleEndian(ByteString bytes) {
        return bytes.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private void schema(Message message) {
        Schema schema = new Schema();
        if (fields != null || message.header(schema) == null) {
            throw ArrowFrames.malformed("not one schema");
        }
        if (schema.endianness() != Endianness.Little) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "the parameters are big endian")
                    .advise("send them little endian");
        }
        if (schema.fieldsLength() > COLUMNS_MAX) {
            throw ArrowFrames.malformed(schema.fieldsLength() + " columns of parameters");
        }
        ArrowField.Reader reader = new ArrowField.Reader(DEPTH_MAX);
        List<ArrowField> read = new ArrayList<>();
        for (int i = 0; i < schema.fieldsLength(); i++) {
            read.add(reader.read(schema.fields(i), 0));
        }
        fields = List.copyOf(read);
    }

    private void batch(Message message, ByteBuffer body) {
        RecordBatch batch = new RecordBatch();
        List<ArrowField> columns = fields;
        if (columns == null || message.header(batch) == null || batch.length() < 0) {
            throw ArrowFrames.malformed("a record batch without a schema or length");
        }
        if (batch.length() > ROWS_MAX - rows.size()) {
            throw new FloeException(ErrorCode.TOO_MANY_ROWS, "more than " + ROWS_MAX + " rows of parameters are bound")
                    .advise("bind them in several calls");
        }
        int length = (int) batch.length();
        long cells = (long) length * columns.size() + length;
        decoded.add(cells * VALUE_BYTES);
        memory.add(cells * VALUE_BYTES);
        List<ParameterColumns.Column> values = new ArrayList<>();
        for (ArrowArray array : new ArrowArrays(batch, body, decoded).read(columns, length)) {
            values.add(ParameterColumns.of(array, decoded, memory));
        }
        for (int slot = 0; slot < length; slot++) {
            List<@Nullable Object> row = new ArrayList<>(values.size());
            for (ParameterColumns.Column column : values) {
                row.add(column.value(slot));
            }
            rows.add(row);
        }
    }

    /** All rows read; what they are counted for goes with them. */
    ParameterRows rows() {
        return new ParameterRows(rows, memory);
    }

    private static FloeException tooLarge() {
        return new FloeException(
                        ErrorCode.MESSAGE_TOO_LARGE, "the parameters take more than " + BYTES_MAX + " bytes decoded")
                .advise("bind them in several calls");
    }
}
