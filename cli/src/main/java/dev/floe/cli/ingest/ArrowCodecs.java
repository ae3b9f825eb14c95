package dev.floe.cli.ingest;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;

/** Decompression of Arrow's buffers; Arrow's own module for it takes seconds where these take milliseconds. */
final class ArrowCodecs implements CompressionCodec.Factory {
    @Override
    public CompressionCodec createCodec(CodecType type) {
        return switch (type) {
            case NO_COMPRESSION -> NoCompressionCodec.INSTANCE;
            case LZ4_FRAME -> new Decoder(type, ArrowCodecs::lz4);
            case ZSTD -> new Decoder(type, ArrowCodecs::zstd);
        };
    }

    @Override
    public CompressionCodec createCodec(CodecType type, int level) {
        return createCodec(type);
    }

    private interface Decompression {
        byte[] plain(byte[] packed, int length) throws IOException;
    }

    private static final class Decoder extends AbstractCompressionCodec {
        private static final int PREFIX_BYTES = (int) CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;

        private final CodecType type;
        private final Decompression decompression;

        Decoder(CodecType type, Decompression decompression) {
            this.type = type;
            this.decompression = decompression;
        }

        @Override
        public CodecType getCodecType() {
            return type;
        }

        @Override
        protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf plain) {
            throw new UnsupportedOperationException("batches are sent as they are");
        }

        @Override
        protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf packed) {
            int length = Math.toIntExact(readUncompressedLength(packed));
            byte[] bytes = new byte[Math.toIntExact(packed.writerIndex() - PREFIX_BYTES)];
            packed.getBytes(PREFIX_BYTES, bytes);
            byte[] plain;
            try {
                plain = decompression.plain(bytes, length);
            } catch (IOException e) {
                throw new IllegalArgumentException("a compressed buffer is broken: " + e.getMessage(), e);
            }
            ArrowBuf buffer = allocator.buffer(length);
            buffer.writeBytes(plain);
            return buffer;
        }
    }

    private static byte[] lz4(byte[] packed, int length) throws IOException {
        try (InputStream in = new LZ4FrameInputStream(new ByteArrayInputStream(packed))) {
            return exactly(in.readNBytes(length), length);
        }
    }

    private static byte[] zstd(byte[] packed, int length) throws IOException {
        byte[] plain = new byte[length];
        long written = Zstd.decompress(plain, packed);
        if (Zstd.isError(written) || written != length) {
            throw new IOException("zstd can't read it");
        }
        return plain;
    }

    private static byte[] exactly(byte[] plain, int length) throws IOException {
        if (plain.length != length) {
            throw new IOException(plain.length + " bytes where " + length + " are stated");
        }
        return plain;
    }
}
