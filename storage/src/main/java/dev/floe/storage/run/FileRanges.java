package dev.floe.storage.run;

import java.io.EOFException;
import java.io.IOException;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/** Reads so many bytes of a file and asks its store for no more. */
final class FileRanges {
    private FileRanges() {}

    /** Where the stream is afterwards is not said. Throws EOFException where the file ends before. */
    static void read(SeekableInputStream in, long position, byte[] bytes, int offset, int length) throws IOException {
        if (in instanceof RangeReadable ranges) {
            // from a place on to the file's end is what a seek would ask for
            ranges.readFully(position, bytes, offset, length);
            return;
        }
        in.seek(position);
        if (in.readNBytes(bytes, offset, length) < length) {
            throw new EOFException("the file ends at a place before " + (position + length));
        }
    }
}
