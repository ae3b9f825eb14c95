package dev.floe.storage.run;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;
import org.jspecify.annotations.Nullable;

/** Decompresses zstd pages in one call each; other codecs are parquet-java's. */
final class PageCodecs implements CompressionCodecFactory {
    private final CompressionCodecFactory others = HadoopCodecs.newFactory(new PlainParquetConfiguration(), 0);
    private final Zstandard zstandard = new Zstandard();

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return others.getCompressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return codec == CompressionCodecName.ZSTD ? zstandard : others.getDecompressor(codec);
    }

    @Override
    public void release() {
        zstandard.release();
        others.release();
    }

    @SuppressWarnings("deprecation") // toByteBuffer does not copy
    private static final class Zstandard implements BytesInputDecompressor {
        private @Nullable ZstdDecompressCtx context;

        @Override
        public BytesInput decompress(BytesInput bytes, int uncompressedSize) throws IOException {
            return BytesInput.from(decompressed(bytes.toByteBuffer(), uncompressedSize));
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int uncompressedSize)
                throws IOException {
            ByteBuffer page = input.duplicate();
            page.limit(page.position() + compressedSize);
            output.put(decompressed(page, uncompressedSize));
            input.position(input.position() + compressedSize);
        }

        @Override
        public void release() {
            if (context != null) {
                context.close();
                context = null;
            }
        }

        private ZstdDecompressCtx context() {
            ZstdDecompressCtx open = context;
            if (open == null) {
                open = new ZstdDecompressCtx();
                context = open;
            }
            return open;
        }

        private byte[] decompressed(ByteBuffer page, int size) throws IOException {
            byte[] in;
            int from = 0;
            if (page.hasArray()) {
                in = page.array();
                from = page.arrayOffset() + page.position();
            } else {
                in = new byte[page.remaining()];
                page.duplicate().get(in);
            }
            byte[] out = new byte[size];
            int written;
            try {
                written = context().decompressByteArray(out, 0, size, in, from, page.remaining());
            } catch (ZstdException e) {
                throw new IOException("a page can't be decompressed", e);
            }
            if (written != size) {
                throw new IOException("a page has " + written + " bytes, not " + size);
            }
            return out;
        }
    }
}
