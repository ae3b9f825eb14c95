package dev.floe.catalog.file;

import java.io.Serial;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Files under one prefix of an S3 bucket, by Iceberg's own FileIO, with what goes wrong as Floe's errors.
 *
 * <p>Locations begin with that of the warehouse; another is refused with a {@link ValidationException}. A file appears
 * whole when its stream is closed, and is durable then. Until then its parts are in the process's temporary folder.
 */
public final class S3Files implements SupportsPrefixOperations {
    @Serial
    private static final long serialVersionUID = 1;

    private final String root;
    private final S3FileIO files;

    private S3Files(S3Location warehouse, S3FileIO files) {
        this.root = warehouse + "/";
        this.files = files;
    }

    /** Asks the server for the prefix at once; throws DATA_FOLDER_UNUSABLE where it refuses or does not answer. */
    public static S3Files open(S3Location warehouse, S3Settings settings) {
        // without a client of its own for either, it makes one by classes of other services of Amazon's
        S3FileIO files = new S3FileIO(() -> S3Clients.open(settings), () -> {
            throw new UnsupportedOperationException("files are read and written in their order");
        });
        try {
            files.initialize(Map.of());
            files.client()
                    .listObjectsV2(list -> list.bucket(warehouse.bucket())
                            .prefix(warehouse.prefix() + "/")
                            .maxKeys(1));
            return new S3Files(warehouse, files);
        } catch (SdkException e) {
            files.close();
            String server = settings.endpoint().isEmpty() ? "Amazon S3" : settings.endpoint();
            throw S3Errors.unusable(warehouse.toString(), server, e);
        }
    }

    @Override
    public InputFile newInputFile(String location) {
        return new S3Input(location, files.newInputFile(confined(location)));
    }

    @Override
    public InputFile newInputFile(String location, long length) {
        return new S3Input(location, files.newInputFile(confined(location), length));
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new S3Output(location, files.newOutputFile(confined(location)));
    }

    /** One that is gone already is as it should be. */
    @Override
    public void deleteFile(String location) {
        checked(location, () -> {
            files.deleteFile(confined(location));
            return true;
        });
    }

    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        return checked(prefix, () -> files.listPrefix(confined(prefix)));
    }

    @Override
    public void deletePrefix(String prefix) {
        checked(prefix, () -> {
            files.deletePrefix(confined(prefix));
            return true;
        });
    }

    @Override
    public void close() {
        files.close();
    }

    static <T> T checked(String location, Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            throw S3Errors.translate(location, e);
        }
    }

    private String confined(String location) {
        if (!location.startsWith(root)) {
            throw new ValidationException("%s is outside the warehouse", location);
        }
        return location;
    }
}
