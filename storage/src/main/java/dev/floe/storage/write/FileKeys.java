package dev.floe.storage.write;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.run.KeyColumns;
import dev.floe.storage.sidecar.Sidecar;
import dev.floe.storage.sidecar.SidecarWriter;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of data files: from their sidecars, or else from their key columns.
 *
 * <p>A sidecar that is missing or of no use is written anew from the columns; it is a cache, so failing to is no
 * failure. Not safe for threads.
 */
final class FileKeys {
    private static final Logger LOG = LoggerFactory.getLogger(FileKeys.class);

    private final Table table;
    private final TableLayout layout;
    private final KeyHasher hasher;

    FileKeys(Table table, TableLayout layout) {
        this.table = table;
        this.layout = layout;
        this.hasher = new KeyHasher(layout.keyFieldIds());
    }

    /** Shows every key of a file once, in whatever order, also those whose row is dead. */
    void forEach(DataFile file, Sidecar.Visitor visitor) {
        Sidecar sidecar = open(file);
        if (sidecar != null) {
            sidecar.forEach(visitor);
            return;
        }
        // one too large to map stays without: nobody writes such a file, but one may come from elsewhere
        SidecarWriter anew = file.recordCount() <= SidecarWriter.KEYS_MAX
                ? new SidecarWriter(layout.keyFieldIds(), file.recordCount())
                : null;
        readColumns(file, (high, low, position) -> {
            visitor.visit(high, low, position);
            if (anew != null) {
                anew.add(high, low, position);
            }
        });
        if (anew != null) {
            write(anew, file);
        }
    }

    private @Nullable Sidecar open(DataFile file) {
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
            return null;
        }
    }

    private void readColumns(DataFile file, Sidecar.Visitor visitor) {
        KeyColumns columns = new KeyColumns(layout.keyFieldIds().stream()
                .map(id -> table.schema().findField(id))
                .toList());
        columns.read(table.io().newInputFile(file), (first, rows, keys) -> {
            KeyHashes hashes = hasher.hash(keys, columns.types(), rows);
            for (int row = 0; row < rows; row++) {
                visitor.visit(hashes.high(row), hashes.low(row), first + row);
            }
        });
    }

    private void write(SidecarWriter sidecar, DataFile file) {
        try {
            sidecar.write(table.io(), file);
            LOG.info("sidecar rewritten: table={} file={} keys={}", table.name(), file.location(), sidecar.size());
        } catch (FloeException e) {
            LOG.warn(
                    "sidecar not rewritten: table={} file={} code={} reason={}",
                    table.name(),
                    file.location(),
                    e.code(),
                    e.message());
        }
    }
}
