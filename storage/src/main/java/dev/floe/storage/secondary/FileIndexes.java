package dev.floe.storage.secondary;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.index.ValueHasher;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.SidecarName;
import dev.floe.storage.sidecar.ValueIndex;
import dev.floe.storage.sidecar.ValueIndexWriter;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secondary indexes of data files: from their sidecars, or else from their columns.
 *
 * <p>An index that is missing or of no use is written anew; it is a cache, so failing to is no failure. What it holds
 * follows from the data file and the fields, so that it does not matter who writes it, or how often. Safe for threads.
 */
public final class FileIndexes {
    private static final Logger LOG = LoggerFactory.getLogger(FileIndexes.class);
    private static final int BATCH_ROWS = 8_192;

    private final String table;
    private final FileIO io;

    /** @param table its name, for the log */
    public FileIndexes(String table, FileIO io) {
        this.table = table;
        this.io = io;
    }

    /** Whether a file has an index, sound or not. */
    public boolean has(DataFile file, IndexFields fields) {
        try {
            return io.newInputFile(SidecarName.of(file.location(), fields)).exists();
        } catch (NotFoundException e) {
            // some file systems say so where the file is opened
            return false;
        }
    }

    /** The index of a file, or null where it has none; one that is of no use is made anew, as {@link #open} does. */
    public @Nullable OpenSidecar<ValueIndex> find(DataFile file, IndexFields fields, Schema schema) {
        return has(file, fields)
                ? new OpenSidecar<>(SidecarName.of(file.location(), fields), () -> open(file, fields, schema))
                : null;
    }

    /**
     * The index of a file, as it is stored or as it should be.
     *
     * <p>Throws DATA_UNREADABLE where the data file can't be read.
     *
     * @param schema has the fields, at the types the table has now
     */
    public ValueIndex open(DataFile file, IndexFields fields, Schema schema) {
        try {
            return ValueIndex.open(io, file, fields);
        } catch (FloeException e) {
            if (e.code() != ErrorCode.DATA_UNREADABLE) {
                throw e;
            }
            LOG.warn(
                    "index unusable, reading columns: table={} file={} fields={} reason={}",
                    table,
                    file.location(),
                    fields,
                    e.message());
        }
        return written(read(file, fields, schema), file, fields);
    }

    private ValueIndex written(ValueIndexWriter anew, DataFile file, IndexFields fields) {
        if (write(anew, file)) {
            try {
                return ValueIndex.open(io, file, fields);
            } catch (FloeException e) {
                if (e.code() != ErrorCode.DATA_UNREADABLE) {
                    throw e;
                }
                LOG.info("index replaced by another: table={} file={} fields={}", table, file.location(), fields);
            }
        }
        return anew.toIndex(file);
    }

    /** Makes the index of a file from its columns. Throws DATA_UNREADABLE, STORAGE_UNAVAILABLE. */
    public void make(DataFile file, IndexFields fields, Schema schema) {
        read(file, fields, schema).write(io, file);
    }

    /** False where it could not be written, which is said in the log. */
    boolean write(ValueIndexWriter index, DataFile file) {
        try {
            index.write(io, file);
            return true;
        } catch (FloeException e) {
            LOG.warn(
                    "index not written: table={} file={} code={} reason={}",
                    table,
                    file.location(),
                    e.code(),
                    e.message());
            return false;
        }
    }

    private ValueIndexWriter read(DataFile file, IndexFields fields, Schema schema) {
        ValueIndexWriter index = new ValueIndexWriter(fields, file.recordCount());
        ValueHasher hasher = new ValueHasher(fields.ids());
        Schema columns = RunReader.project(schema, fields.ids());
        long position = 0;
        try (RunReader reader =
                new RunReader(io.newInputFile(file), columns, columns, Expressions.alwaysTrue(), null)) {
            ColumnBatch batch = reader.next(BATCH_ROWS);
            while (batch != null) {
                for (long hash : hasher.hash(batch, columns)) {
                    if (hash != ValueHasher.NONE) {
                        index.add(hash, position);
                    }
                    position++;
                }
                batch = reader.next(BATCH_ROWS);
            }
        } catch (FloeException e) {
            throw e;
        } catch (RuntimeException e) {
            // a file that is gone, or is no Parquet any more
            throw new FloeException(
                    ErrorCode.DATA_UNREADABLE,
                    "the data file " + file.location() + " can't be read: " + e.getMessage(),
                    e);
        }
        return index;
    }
}
