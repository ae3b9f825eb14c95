package dev.floe.storage.run;

import java.io.IOException;
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
        if (in instanceof RangeReadable) {
            return new RangedInput(in, file.getLength());
        }
        return new DelegatingSeekableInputStream(in) {
            @Override
            public long getPos() throws IOException {
                return in.getPos();
            }

            @Override
            public void seek(long position) throws IOException {
                in.seek(position);
            }
        };
    }

    @Override
    public String toString() {
        return file.location();
    }
}
