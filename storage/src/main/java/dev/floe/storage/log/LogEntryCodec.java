package dev.floe.storage.log;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.stream.StreamRows;
import dev.floe.storage.stream.StreamRowsCodec;
import dev.floe.storage.wire.BatchLimits;
import dev.floe.storage.wire.ColumnarBatchReader;
import dev.floe.storage.wire.ColumnarBatchWriter;
import dev.floe.wire.v1.ColumnarBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a log entry, format version 2. All integers are big endian.
 *
 * <pre>
 *   0  magic 'F' 'L' 'O' 'E'
 *   4  format version (1 byte)
 *   5  CRC32C of all bytes from 9 on (4 bytes)
 *   9  table id (16 bytes)
 *  25  schema version (4 bytes)
 *  29  bucket (4 bytes)
 *  33  row count (4 bytes)
 *  37  length of the streams (4 bytes), then the streams as {@link StreamRowsCodec} writes them
 *   ?  floe.v1.ColumnarBatch, to the end: columns by field id, operations always present
 * </pre>
 */
public final class LogEntryCodec {
    private static final int MAGIC = 'F' << 24 | 'L' << 16 | 'O' << 8 | 'E';
    private static final byte VERSION = 2;
    private static final int CHECKSUM_AT = 5;
    private static final int CHECKED_FROM = 9;
    private static final int STREAMS_LENGTH_AT = 37;
    private static final int HEADER_BYTES = 41;

    private LogEntryCodec() {}

    public static byte[] encode(LogEntry entry) {
        ColumnarBatch body = ColumnarBatchWriter.write(entry.batch());
        byte[] streams = StreamRowsCodec.encode(entry.streams());
        int bodyAt = HEADER_BYTES + streams.length;
        byte[] bytes = new byte[Math.addExact(bodyAt, body.getSerializedSize())];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putInt(MAGIC)
                .put(VERSION)
                .putInt(0)
                .putLong(entry.tableId().getMostSignificantBits())
                .putLong(entry.tableId().getLeastSignificantBits())
                .putInt(entry.schemaVersion())
                .putInt(entry.bucket())
                .putInt(entry.batch().rowCount())
                .putInt(streams.length)
                .put(streams);
        try {
            CodedOutputStream rest = CodedOutputStream.newInstance(bytes, bodyAt, bytes.length - bodyAt);
            body.writeTo(rest);
            rest.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.putInt(CHECKSUM_AT, checksum(bytes));
        return bytes;
    }

    /** The header, with the checksum verified; throws LOG_ENTRY_CORRUPT. */
    public static LogEntryHeader readHeader(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            throw corrupt("it has " + bytes.length + " bytes, fewer than a header", null);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != MAGIC) {
            throw corrupt("it does not begin with the mark of an entry", null);
        }
        byte version = in.get();
        if (version != VERSION) {
            throw corrupt("it has the format version " + version + ", this build reads " + VERSION, null);
        }
        if (in.getInt() != checksum(bytes)) {
            throw corrupt("its checksum does not match", null);
        }
        LogEntryHeader header = new LogEntryHeader(
                new UUID(in.getLong(), in.getLong()), in.getInt(), in.getInt(), in.getInt(), streams(bytes));
        long streamed =
                header.streams().stream().mapToLong(StreamRows::rowCount).sum();
        if (header.bucket() < 0 || header.schemaVersion() < 1 || header.rowCount() < streamed) {
            throw corrupt("its header is out of range", null);
        }
        return header;
    }

    /** The entry; {@code schema} is the table's at the version the header names. Throws LOG_ENTRY_CORRUPT. */
    public static LogEntry decode(byte[] bytes, Schema schema) {
        LogEntryHeader header = readHeader(bytes);
        try {
            int bodyAt = HEADER_BYTES + streamsLength(bytes);
            ByteString body = UnsafeByteOperations.unsafeWrap(bytes, bodyAt, bytes.length - bodyAt);
            ColumnarBatch batch = parse(body);
            if (batch.getRowCount() != header.rowCount()) {
                throw corrupt("its header and body differ in rows", null);
            }
            return new LogEntry(
                    header.tableId(),
                    header.schemaVersion(),
                    header.bucket(),
                    ColumnarBatchReader.read(batch, schema, RowOperation.APPEND, BatchLimits.TRUSTED),
                    header.streams());
        } catch (InvalidProtocolBufferException e) {
            throw corrupt("its body can't be parsed", e);
        } catch (FloeException e) {
            if (e.code() == ErrorCode.LOG_ENTRY_CORRUPT) {
                throw e;
            }
            throw corrupt("its body does not fit the schema: " + e.message(), e);
        }
    }

    /** Columns stay where they are in the entry's bytes. */
    private static ColumnarBatch parse(ByteString body) throws InvalidProtocolBufferException {
        CodedInputStream in = body.newCodedInput();
        in.enableAliasing(true);
        try {
            ColumnarBatch batch = ColumnarBatch.parseFrom(in);
            in.checkLastTagWas(0);
            return batch;
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static int streamsLength(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt(STREAMS_LENGTH_AT);
    }

    private static List<StreamRows> streams(byte[] bytes) {
        int length = streamsLength(bytes);
        if (length < 0 || length > bytes.length - HEADER_BYTES) {
            throw corrupt("its streams are longer than the entry", null);
        }
        try {
            return StreamRowsCodec.decode(bytes, HEADER_BYTES, length);
        } catch (IOException e) {
            throw corrupt("its streams can't be read: " + e.getMessage(), e);
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
        return (int) crc.getValue();
    }

    private static FloeException corrupt(String what, @Nullable Exception cause) {
        return new FloeException(ErrorCode.LOG_ENTRY_CORRUPT, "a log entry can't be read: " + what, cause);
    }
}
