package dev.floe.storage.index;

import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Hashes the values of a secondary index's columns: the first 8 bytes of the hash that a key of them has.
 *
 * <p>A row in which one of the values is null equals nothing and has no hash. One instance serves one thread.
 */
public final class ValueHasher {
    /** What stands for the hash of a row that has none; a hash that is this by chance is taken as 1. */
    public static final long NONE = 0;

    private final List<Integer> fieldIds;
    private final KeyHasher hasher;

    public ValueHasher(List<Integer> fieldIds) {
        this.fieldIds = List.copyOf(fieldIds);
        this.hasher = new KeyHasher(fieldIds);
    }

    /** Hashes every row of a batch; a column that it lacks is null in every row. */
    public long[] hash(ColumnBatch batch, Schema schema) {
        List<@Nullable Vector> columns = new ArrayList<>();
        fieldIds.forEach(id -> columns.add(batch.column(id)));
        return hash(columns, schema, batch.rowCount());
    }

    /** Hashes rows of columns, in the index's order, of the types that the schema has for them. */
    public long[] hash(List<? extends @Nullable Vector> columns, Schema schema, int rows) {
        if (columns.stream().anyMatch(column -> column == null)) {
            return new long[rows];
        }
        List<Type> types = fieldIds.stream().map(schema::findType).toList();
        if (columns.size() == 1 && columns.get(0) instanceof BytesVector bytes && bytes.dictionarySize() > 0) {
            return bytes.dictionarySize() <= rows ? coded(bytes, types) : plain(columns, types, rows);
        }
        return plain(columns, types, rows);
    }

    private long[] plain(List<? extends @Nullable Vector> columns, List<Type> types, int rows) {
        KeyHashes all = hasher.hash(columns, types, rows);
        long[] hashes = new long[rows];
        for (int row = 0; row < rows; row++) {
            hashes[row] = all.high(row) == NONE ? 1 : all.high(row);
        }
        for (Vector column : columns) {
            if (column == null || column.validity().isAll()) {
                continue;
            }
            for (int row = 0; row < rows; row++) {
                if (column.isNull(row)) {
                    hashes[row] = NONE;
                }
            }
        }
        return hashes;
    }

    /** Hashes each word of a dictionary once. */
    private long[] coded(BytesVector column, List<Type> types) {
        int words = column.dictionarySize();
        Vector dictionary = BytesVector.plain(column.offsets(), column.data(), words, Validity.all());
        long[] ofWords = plain(List.of(dictionary), types, words);
        long[] hashes = new long[column.size()];
        for (int row = 0; row < hashes.length; row++) {
            hashes[row] = column.isNull(row) ? NONE : ofWords[column.slot(row)];
        }
        return hashes;
    }
}
