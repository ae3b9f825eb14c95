package dev.floe.storage.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.io.DelegatingSeekableInputStream;

/** Iceberg's input file as parquet-java's. */
public final class ParquetInput implements org.apache.parquet.io.InputFile {
    private final InputFile file;

    public ParquetInput(InputFile file) {
        this.file = file;
    }

    /** How every file is read: with each page's checksum verified. For one reader. */
    static ParquetReadOptions options() {
        return ParquetReadOptions.builder(new PlainParquetConfiguration())
                .usePageChecksumVerification()
                .withCodecFactory(new PageCodecs())
                .build();
    }

    @Override
    public long getLength() {
        return file.getLength();
    }

    @Override
    public org.apache.parquet.io.SeekableInputStream newStream() {
        SeekableInputStream in = file.newStream();
        return new DelegatingSeekableInputStream(in) {
            @Override
            public long getPos() throws IOException {
                return in.getPos();
            }

            @Override
            public void seek(long position) throws IOException {
                in.seek(position);
            }

            @Override
            public void readFully(byte[] bytes, int offset, int length) throws IOException {
                if (in instanceof RangeReadable) {
                    long position = in.getPos();
                    FileRanges.read(in, position, bytes, offset, length);
                    in.seek(position + length);
                } else {
                    super.readFully(bytes, offset, length);
                }
            }

            @Override
            public void readFully(byte[] bytes) throws IOException {
                readFully(bytes, 0, bytes.length);
            }

            @Override
            public void readFully(ByteBuffer buffer) throws IOException {
                if (in instanceof RangeReadable && buffer.hasArray()) {
                    readFully(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
                    buffer.position(buffer.limit());
                } else {
                    super.readFully(buffer);
                }
            }
        };
    }

    @Override
    public String toString() {
        return file.location();
    }
}
