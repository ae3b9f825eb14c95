package dev.floe.storage.write;

import dev.floe.storage.sidecar.SidecarName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.puffin.Blob;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinWriter;

/** What may have become of a sidecar, or of another Puffin file, while nobody looked. */
enum SidecarDamage {
    NONE,
    MISSING,
    EMPTY,
    TRUNCATED,
    BIT_FLIPPED,
    OF_LATER_VERSION,
    NO_PUFFIN;

    /** As often none as any. */
    static SidecarDamage at(SplittableRandom random) {
        return random.nextBoolean() ? NONE : values()[random.nextInt(values().length)];
    }

    void inflict(FileIO io, DataFile file) {
        inflict(io, SidecarName.of(file.location()));
    }

    void inflict(FileIO io, String location) {
        if (this == NONE) {
            return;
        }
        byte[] bytes = read(io, location);
        io.deleteFile(location);
        switch (this) {
            case NONE, MISSING -> {}
            case EMPTY -> write(io, location, new byte[0]);
            case TRUNCATED -> write(io, location, Arrays.copyOf(bytes, bytes.length / 2));
            case BIT_FLIPPED -> {
                bytes[20] ^= 4;
                write(io, location, bytes);
            }
            case OF_LATER_VERSION -> writeLaterVersion(io, location);
            case NO_PUFFIN -> write(io, location, new byte[bytes.length]);
        }
    }

    private static byte[] read(FileIO io, String location) {
        try (InputStream in = io.newInputFile(location).newStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(FileIO io, String location, byte[] bytes) {
        try (OutputStream out = io.newOutputFile(location).create()) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeLaterVersion(FileIO io, String location) {
        try (PuffinWriter writer =
                Puffin.write(io.newOutputFile(location)).createdBy("Floe").build()) {
            writer.write(new Blob("floe-key-index-v2", List.of(1), -1, -1, ByteBuffer.allocate(64)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
