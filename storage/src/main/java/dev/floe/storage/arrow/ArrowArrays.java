package dev.floe.storage.arrow;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.error.ShownText;
import dev.floe.storage.column.Validity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;

/** Cuts a record batch's body into the arrays of its fields, in the order that Arrow lays them. */
public final class ArrowArrays {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    private static final int VIEW_BYTES = 16;

    private final RecordBatch batch;
    private final ByteBuffer body;
    private final DecodedBytes decoded;
    private final boolean zstd;
    private int node;
    private int buffer;
    private int variadic;

    public ArrowArrays(RecordBatch batch, ByteBuffer body, DecodedBytes decoded) {
        this.batch = batch;
        this.body = body;
        this.decoded = decoded;
        BodyCompression compression = batch.compression();
        if (compression != null && compression.codec() != CompressionType.ZSTD) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "the Arrow batch is compressed with LZ4")
                    .advise("compress it with zstd or not at all");
        }
        this.zstd = compression != null;
    }

    public List<ArrowArray> read(List<ArrowField> fields, long length) {
        List<ArrowArray> arrays = new ArrayList<>();
        for (ArrowField field : fields) {
            ArrowArray array = read(field);
            if (array.length() != length) {
                throw malformed(field, array.length() + " slots in a batch of " + length);
            }
            arrays.add(array);
        }
        return arrays;
    }

    private ArrowArray read(ArrowField field) {
        if (node >= batch.nodesLength()) {
            throw malformed(field, "no array in the batch");
        }
        FieldNode counts = batch.nodes(node++);
        long slots = counts.length();
        if (slots < 0 || slots > Integer.MAX_VALUE - Long.SIZE || counts.nullCount() < 0) {
            throw malformed(field, slots + " slots");
        }
        // what the slots take as a vector; also bounds arrays that no buffer backs, or all the same one
        decoded.add(slots * Long.BYTES);
        int length = (int) slots;
        ArrowType type = field.indexType() == null ? field.type() : field.indexType();
        if (type instanceof ArrowType.Other other) {
            throw unsupported(field, other.name());
        }
        if (type instanceof ArrowType.Null) {
            return new ArrowArray(
                    field, length, Validity.of(new long[(length + 63) >>> 6]), NOTHING, NOTHING, List.of(), List.of());
        }
        Validity validity = validity(field, length, counts.nullCount());
        if (type instanceof ArrowType.Bytes bytes) {
            return bytes(field, bytes, length, validity);
        }
        if (type instanceof ArrowType.Lists lists) {
            ByteBuffer offsets = offsets(field, length, lists.large() ? Long.BYTES : Integer.BYTES);
            return new ArrowArray(field, length, validity, offsets, NOTHING, List.of(), children(field));
        }
        if (type instanceof ArrowType.Maps) {
            ByteBuffer offsets = offsets(field, length, Integer.BYTES);
            return new ArrowArray(field, length, validity, offsets, NOTHING, List.of(), children(field));
        }
        if (type instanceof ArrowType.Structs || type instanceof ArrowType.FixedLists) {
            return new ArrowArray(field, length, validity, NOTHING, NOTHING, List.of(), children(field));
        }
        long needed = type instanceof ArrowType.Bool ? (length + 7L) / 8 : (long) length * width(field, type);
        return new ArrowArray(field, length, validity, NOTHING, buffer(field, needed), List.of(), List.of());
    }

    private static int width(ArrowField field, ArrowType type) {
        int width = type.width();
        boolean known = type instanceof ArrowType.FixedBytes ? width >= 0 : width > 0 && Integer.bitCount(width) == 1;
        if (!known) {
            throw malformed(field, "values of " + width + " bytes");
        }
        return width;
    }

    private List<ArrowArray> children(ArrowField field) {
        List<ArrowArray> children = new ArrayList<>();
        for (ArrowField child : field.children()) {
            children.add(read(child));
        }
        return children;
    }

    private ArrowArray bytes(ArrowField field, ArrowType.Bytes type, int length, Validity validity) {
        return switch (type.layout()) {
            case OFFSETS_32, OFFSETS_64 -> {
                int width = type.layout() == ArrowType.Layout.OFFSETS_64 ? Long.BYTES : Integer.BYTES;
                ByteBuffer offsets = offsets(field, length, width);
                yield new ArrowArray(field, length, validity, offsets, buffer(field, 0), List.of(), List.of());
            }
            case VIEWS -> {
                ByteBuffer views = buffer(field, (long) length * VIEW_BYTES);
                if (variadic >= batch.variadicBufferCountsLength()) {
                    throw malformed(field, "no count of its data buffers");
                }
                long count = batch.variadicBufferCounts(variadic++);
                if (count < 0 || count > batch.buffersLength()) {
                    throw malformed(field, count + " data buffers");
                }
                List<ByteBuffer> data = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    data.add(buffer(field, 0));
                }
                yield new ArrowArray(field, length, validity, NOTHING, views, data, List.of());
            }
        };
    }

    private Validity validity(ArrowField field, int length, long nullCount) {
        ByteBuffer bits = buffer(field, 0);
        if (nullCount == 0) {
            return Validity.all();
        }
        if (bits.remaining() < (length + 7) / 8) {
            throw malformed(field, "a validity of " + bits.remaining() + " bytes for " + length + " slots");
        }
        long[] words = new long[(length + 63) >>> 6];
        for (int i = 0; i < (length + 7) / 8; i++) {
            words[i >>> 3] |= (bits.get(i) & 0xFFL) << ((i & 7) << 3);
        }
        return Validity.of(words);
    }

    /** One more offset than slots; an empty array may leave its buffer out. */
    private ByteBuffer offsets(ArrowField field, int length, int width) {
        return length == 0 ? emptyOffsets(field) : buffer(field, (length + 1L) * width);
    }

    private ByteBuffer emptyOffsets(ArrowField field) {
        buffer(field, 0);
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer buffer(ArrowField field, long needed) {
        if (buffer >= batch.buffersLength()) {
            throw malformed(field, "fewer buffers than its type has");
        }
        Buffer place = batch.buffers(buffer++);
        long offset = place.offset();
        long length = place.length();
        if (offset < 0 || length < 0 || length > body.limit() || offset > body.limit() - length) {
            throw malformed(field, "a buffer at " + offset + " of " + length + " bytes, outside of the body");
        }
        ByteBuffer raw = body.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer plain = zstd && length > 0 ? decompressed(field, raw) : raw;
        if (plain.remaining() < needed) {
            throw malformed(field, "a buffer of " + plain.remaining() + " bytes where " + needed + " are needed");
        }
        return plain;
    }

    /** Compressed buffers start with their plain length; -1 says that the rest is plain. */
    private ByteBuffer decompressed(ArrowField field, ByteBuffer raw) {
        if (raw.remaining() < Long.BYTES) {
            throw malformed(field, "a compressed buffer of " + raw.remaining() + " bytes");
        }
        long length = raw.getLong(0);
        ByteBuffer rest = raw.slice(Long.BYTES, raw.remaining() - Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (length == -1) {
            return rest;
        }
        if (length < 0) {
            throw malformed(field, "a compressed buffer of " + length + " plain bytes");
        }
        decoded.add(length);
        byte[] packed = new byte[rest.remaining()];
        rest.get(packed);
        byte[] plain = new byte[(int) length];
        try {
            if (Zstd.decompress(plain, packed) != length) {
                throw malformed(field, "a compressed buffer that is shorter than it says");
            }
        } catch (ZstdException e) {
            throw malformed(field, "a buffer that zstd can't read: " + e.getMessage());
        }
        return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static FloeException malformed(ArrowField field, String what) {
        return ArrowFrames.malformed("the field " + ShownText.of(field.name()) + " has " + what);
    }

    private static FloeException unsupported(ArrowField field, String type) {
        return new FloeException(ErrorCode.UNSUPPORTED, "Arrow's type " + type + " fits no column")
                .at(field.name())
                .advise("cast it to the column's type before sending");
    }
}
