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
    private final Page uncompressed = new Page();
    private byte[] compressed = new byte[0];

    ZstdPages(int level) {
        this.context = new ZstdCompressCtx().setLevel(level);
    }

    /** The result is good until the next call: the page store copies it at once. */
    @Override
    public BytesInput compress(BytesInput page) throws IOException {
        uncompressed.reset();
        page.writeAllTo(uncompressed);
        int bound = Math.toIntExact(Zstd.compressBound(uncompressed.size()));
        if (compressed.length < bound) {
            compressed = new byte[bound];
        }
        int size = context.compressByteArray(compressed, 0, bound, uncompressed.bytes(), 0, uncompressed.size());
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
    private static final class Page extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }
}
