package dev.floe.cli;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A whole text from a file, or from standard input where the file is {@code -}. */
public final class InputText {
    private static final int BYTES_MAX = 4 << 20;

    private InputText() {}

    public static String read(Surroundings surroundings, String file) {
        try (InputStream in = open(surroundings, file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new FloeException(
                        ErrorCode.MESSAGE_TOO_LARGE, shown(file) + " is larger than " + BYTES_MAX + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FloeException(ErrorCode.INVALID_UTF8, shown(file) + " is not UTF-8", e)
                    .advise("save it as UTF-8");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The bytes; closing them leaves standard input open. */
    public static InputStream open(Surroundings surroundings, String file) {
        if (file.equals("-")) {
            return new OpenInput(surroundings.in());
        }
        Path path = surroundings.folder().resolve(file);
        if (Files.isDirectory(path)) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, file + " is a folder");
        }
        try {
            return Files.newInputStream(path);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The path of a file whose form, such as Parquet, is read from its end. */
    public static Path seekable(Surroundings surroundings, String file, String form) {
        if (file.equals("-")) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, form + " can't be read from standard input")
                    .advise("name a file: " + form + " is read from its end");
        }
        Path path = surroundings.folder().resolve(file);
        if (Files.isDirectory(path)) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, file + " is a folder");
        }
        if (!Files.exists(path)) {
            throw unreadable(file, new NoSuchFileException(file));
        }
        return path;
    }

    public static FloeException unreadable(String file, IOException e) {
        String why = e instanceof NoSuchFileException ? "there is no such file" : e.toString();
        return new FloeException(ErrorCode.INVALID_ARGUMENT, "can't read " + shown(file) + ": " + why, e);
    }

    private static String shown(String file) {
        return file.equals("-") ? "standard input" : file;
    }

    /** A stream that others own. */
    private static final class OpenInput extends FilterInputStream {
        OpenInput(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return in.read(target, offset, length);
        }

        @Override
        public void close() {}
    }
}
