package dev.floe.storage.write;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.run.KeyColumns;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.Sidecar;
import dev.floe.storage.sidecar.SidecarName;
import dev.floe.storage.sidecar.SidecarWriter;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of data files: from their sidecars, or else from their key columns.
 *
 * <p>A sidecar that is missing or of no use is written anew from the columns; it is a cache, so failing to is no
 * failure. Not safe for threads.
 */
public final class FileKeys {
    private static final Logger LOG = LoggerFactory.getLogger(FileKeys.class);

    private final Table table;
    private final TableLayout layout;
    private final KeyHasher hasher;

    public FileKeys(Table table, TableLayout layout) {
        this.table = table;
        this.layout = layout;
        this.hasher = new KeyHasher(layout.keyFieldIds());
    }

    /** The sidecar of a file, to be searched for long. */
    public OpenSidecar<Sidecar> watch(DataFile file) {
        return new OpenSidecar<>(SidecarName.of(file.location()), () -> open(file));
    }

    /** The sidecar of a file, as it is stored or as it should be. */
    public Sidecar open(DataFile file) {
        try {
            return Sidecar.open(table.io(), file, layout.keyFieldIds());
        } catch (FloeException e) {
            if (e.code() != ErrorCode.DATA_UNREADABLE) {
                throw e;
            }
            LOG.warn(
                    "sidecar unusable, reading key columns: table={} file={} reason={}",
                    table.name(),
                    file.location(),
                    e.message());
        }
        SidecarWriter anew = new SidecarWriter(layout.keyFieldIds(), file.recordCount());
        readColumns(file, anew);
        return written(anew, file);
    }

    private Sidecar written(SidecarWriter anew, DataFile file) {
        if (write(anew, file)) {
            try {
                return Sidecar.open(table.io(), file, layout.keyFieldIds());
            } catch (FloeException e) {
                if (e.code() != ErrorCode.DATA_UNREADABLE) {
                    throw e;
                }
                LOG.info("sidecar replaced by another: table={} file={}", table.name(), file.location());
            }
        }
        return anew.toSidecar(file);
    }

    /** False where it could not be written, which is said in the log. */
    boolean write(SidecarWriter sidecar, DataFile file) {
        try {
            sidecar.write(table.io(), file);
            return true;
        } catch (FloeException e) {
            LOG.warn(
                    "sidecar not written: table={} file={} code={} reason={}",
                    table.name(),
                    file.location(),
                    e.code(),
                    e.message());
            return false;
        }
    }

    private void readColumns(DataFile file, SidecarWriter sidecar) {
        KeyColumns columns = new KeyColumns(layout.keyFieldIds().stream()
                .map(id -> table.schema().findField(id))
                .toList());
        try {
            columns.read(table.io().newInputFile(file), (first, rows, keys) -> {
                KeyHashes hashes = hasher.hash(keys, columns.types(), rows);
                for (int row = 0; row < rows; row++) {
                    sidecar.add(hashes.high(row), hashes.low(row), first + row);
                }
            });
        } catch (RuntimeException e) {
            if (e instanceof FloeException known && known.code() != ErrorCode.DATA_UNREADABLE) {
                throw known;
            }
            // a file that is gone, or is no Parquet any more
            throw new FloeException(
                            ErrorCode.DATA_UNREADABLE,
                            "the data file " + file.location() + " can't be read: " + e.getMessage(),
                            e)
                    .advise("bring the file back from a backup and resume the table; or roll the table back to a"
                            + " snapshot without it and resume: the log is read again from there");
        }
    }
}
