package dev.floe.storage.run;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Compresses pages with zstd in one call each, without parquet-java's detour over Hadoop's codecs. */
final class ZstdPages implements BytesInputCompressor {
    private final ZstdCompressCtx context;
    private final Scratch scratch = new Scratch();

    ZstdPages(int level) {
        this.context = new ZstdCompressCtx().setLevel(level);
    }

    @Override
    public BytesInput compress(BytesInput page) throws IOException {
        scratch.reset();
        page.writeAllTo(scratch);
        byte[] compressed = new byte[Math.toIntExact(Zstd.compressBound(scratch.size()))];
        int size = context.compressByteArray(compressed, 0, compressed.length, scratch.bytes(), 0, scratch.size());
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

    /** A growing buffer that shows its array. */
    private static final class Scratch extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }
}
