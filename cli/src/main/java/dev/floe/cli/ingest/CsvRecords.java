package dev.floe.cli.ingest;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of separated values as RFC 4180 has them, with either line break.
 *
 * <p>An empty field without quotes is null, with quotes the empty text. A broken record is reported once, up to its
 * line's end; the next record follows it.
 */
final class CsvRecords implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int END = -1;
    private static final int SEPARATOR = ',';
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final int recordBytesMax;
    private final ByteArrayOutputStream field = new ByteArrayOutputStream();
    private int recordBytes;

    CsvRecords(InputStream in, int recordBytesMax) throws IOException {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
        this.recordBytesMax = recordBytesMax;
        skipByteOrderMark();
    }

    /** The next record's fields, null at the end; throws where the record is broken. */
    @Nullable
    List<@Nullable String> next() throws IOException {
        recordBytes = 0;
        int c = in.read();
        if (c == END) {
            return null;
        }
        List<@Nullable String> fields = new ArrayList<>();
        while (true) {
            field.reset();
            boolean quoted = c == '"';
            c = quoted ? quotedField() : plainField(c);
            fields.add(quoted || field.size() > 0 ? decoded(c) : null);
            if (c != SEPARATOR) {
                return fields;
            }
            c = in.read();
        }
    }

    /** Size of the newest record. */
    int bytes() {
        return recordBytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Reads to the end of the field; what ended it: the separator, a line break or the end. */
    private int plainField(int first) throws IOException {
        int c = first;
        while (c != SEPARATOR && !endsLine(c)) {
            if (c == '"') {
                throw broken(c, "a quote inside a field that does not start with one");
            }
            keep(c);
            c = in.read();
        }
        return afterLine(c);
    }

    private int quotedField() throws IOException {
        while (true) {
            int c = in.read();
            if (c == END) {
                throw broken(c, "a quoted field without its closing quote");
            }
            if (c == '"') {
                c = in.read();
                if (c == SEPARATOR || endsLine(c)) {
                    return afterLine(c);
                }
                if (c != '"') {
                    throw broken(c, "text behind a closing quote");
                }
            }
            keep(c);
        }
    }

    private void keep(int c) throws IOException {
        if (++recordBytes > recordBytesMax) {
            skipLine(c);
            throw new FloeException(
                    ErrorCode.MESSAGE_TOO_LARGE, "the record has more than the " + recordBytesMax + " bytes allowed");
        }
        field.write(c);
    }

    private static boolean endsLine(int c) {
        return c == '\n' || c == '\r' || c == END;
    }

    /** Takes the line feed that belongs to a carriage return. */
    private int afterLine(int c) throws IOException {
        if (c == '\r') {
            in.mark(1);
            if (in.read() != '\n') {
                in.reset();
            }
        }
        return c;
    }

    private FloeException broken(int c, String why) throws IOException {
        skipLine(c);
        return new FloeException(ErrorCode.INVALID_ARGUMENT, "the record is broken: " + why)
                .advise("put fields with quotes or line breaks into quotes, and double the quotes inside");
    }

    private void skipLine(int from) throws IOException {
        int c = from;
        while (!endsLine(c)) {
            c = in.read();
        }
        afterLine(c);
    }

    private String decoded(int endedBy) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(field.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            if (endedBy == SEPARATOR) {
                skipLine(in.read());
            }
            throw new FloeException(ErrorCode.INVALID_UTF8, "the record is not UTF-8", e).advise("save it as UTF-8");
        }
    }

    private void skipByteOrderMark() throws IOException {
        in.mark(MARK.length);
        for (byte b : MARK) {
            if (in.read() != (b & 0xff)) {
                in.reset();
                return;
            }
        }
    }
}
