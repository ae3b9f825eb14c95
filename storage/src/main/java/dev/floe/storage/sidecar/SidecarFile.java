package dev.floe.storage.sidecar;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.puffin.Blob;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinCompressionCodec;
import org.apache.iceberg.puffin.PuffinWriter;

/** Writes sidecars: Puffin files of one blob, uncompressed so that it can be mapped. */
final class SidecarFile {
    private static final String DATA_FILE_PROPERTY = "floe.data-file";

    private SidecarFile() {}

    /** Writes over one that is there; as durable on return as a data file. Throws STORAGE_UNAVAILABLE. */
    static void write(
            FileIO io, String location, String type, List<Integer> fieldIds, ByteBuffer content, DataFile file) {
        Blob blob = new Blob(
                type,
                fieldIds,
                -1,
                -1,
                content,
                PuffinCompressionCodec.NONE,
                Map.of(DATA_FILE_PROPERTY, file.location()));
        try (PuffinWriter writer = Puffin.write(new Replacing(io.newOutputFile(location)))
                .createdBy("Floe")
                .build()) {
            writer.write(blob);
        } catch (IOException | UncheckedIOException | AlreadyExistsException e) {
            throw new FloeException(ErrorCode.STORAGE_UNAVAILABLE, "writing a sidecar failed: " + e.getMessage(), e);
        }
    }

    /** Puffin's writer refuses a file that is there; a sidecar that was damaged is replaced. */
    private record Replacing(OutputFile file) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return file.createOrOverwrite();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return file.createOrOverwrite();
        }

        @Override
        public String location() {
            return file.location();
        }

        @Override
        public InputFile toInputFile() {
            return file.toInputFile();
        }
    }
}
