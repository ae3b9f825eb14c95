package dev.floe.sql.tail;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.write.BatchCheck;
import dev.floe.storage.write.TableLayout;
import java.util.BitSet;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Makes rows of entries of one table, by the checks that its bucket writers make; for one thread. */
final class EntryDecoder {
    private final Tables tables;
    private final TableLayout layout;
    private final BatchCheck check;
    private final KeyHasher hasher;

    EntryDecoder(Tables tables, TableDefinition definition) {
        this.tables = tables;
        this.layout = definition.layout();
        this.check = new BatchCheck(layout);
        this.hasher = new KeyHasher(layout.keyFieldIds());
    }

    /** Throws LOG_ENTRY_CORRUPT, SCHEMA_VERSION_MISMATCH; CATALOG_UNAVAILABLE, which says nothing of the entry. */
    TailRows decode(int number, long offset, int schemaVersion, byte[] value, @Nullable BitSet repeated) {
        Schema schema = tables.schemaAt(layout.tableId(), schemaVersion);
        LogEntry entry = LogEntryCodec.decode(value, schema);
        ColumnBatch batch = repeated == null ? entry.batch() : entry.batch().without(repeated);
        check.require(schema, batch);
        return new TailRows(number, offset, schemaVersion, schema, batch, hashes(schema, batch));
    }

    private @Nullable KeyHashes hashes(Schema schema, ColumnBatch batch) {
        if (!layout.isKeyed() || batch.rowCount() == 0) {
            return layout.isKeyed() ? new KeyHashes(0) : null;
        }
        List<Type> types = layout.keyFieldIds().stream().map(schema::findType).toList();
        return hasher.hash(batch, types);
    }
}
