package dev.floe.storage.run;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Compresses pages with zstd in one call each, without parquet-java's detour over Hadoop's codecs. */
final class ZstdPages implements BytesInputCompressor {
    private final ZstdCompressCtx context;
    private final ByteBufferAllocator heap = new HeapByteBufferAllocator();
    private byte[] compressed = new byte[0];

    ZstdPages(int level) {
        this.context = new ZstdCompressCtx().setLevel(level);
    }

    /** The result is good until the next call: the page store copies it at once. */
    @Override
    public BytesInput compress(BytesInput page) throws IOException {
        ByteBuffer bytes = page.toByteBuffer(heap, buffer -> {});
        int bound = Math.toIntExact(Zstd.compressBound(bytes.remaining()));
        if (compressed.length < bound) {
            compressed = new byte[bound];
        }
        int size = context.compressByteArray(
                compressed, 0, bound, bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        return BytesInput.from(compressed, 0, size);
    }

    @Override
    public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
    }

    @Override
    public void release() {
        context.close();
    }
}
