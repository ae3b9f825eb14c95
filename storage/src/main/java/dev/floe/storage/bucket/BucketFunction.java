package dev.floe.storage.bucket;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.util.BucketUtil;

/**
 * Bucket of a row: a hash of its key, modulo the bucket count.
 *
 * <p>A key of one column has exactly the bucket of Iceberg's bucket transform (Iceberg spec, appendix B), so that the
 * partition field {@code bucket[n](key)} agrees. A key of several columns has the hash
 * {@code h = 31 * h + hash(column)} from 1 in the key's order. Frozen: files in existing tables depend on it.
 */
public final class BucketFunction {
    private final List<Integer> keyFieldIds;
    private final List<Type> keyTypes;
    private final int buckets;

    private BucketFunction(List<Integer> keyFieldIds, List<Type> keyTypes, int buckets) {
        this.keyFieldIds = keyFieldIds;
        this.keyTypes = keyTypes;
        this.buckets = buckets;
    }

    public static BucketFunction of(Schema schema, List<Integer> keyFieldIds, int buckets) {
        List<Type> types =
                keyFieldIds.stream().map(id -> schema.findField(id).type()).toList();
        return new BucketFunction(List.copyOf(keyFieldIds), types, buckets);
    }

    /** The bucket of each row; key columns must be present in the batch and have no nulls. */
    public int[] bucketsOf(ColumnBatch batch) {
        int[] hashes = new int[batch.rowCount()];
        for (int k = 0; k < keyFieldIds.size(); k++) {
            Vector column = batch.column(keyFieldIds.get(k));
            if (column == null) {
                throw new IllegalArgumentException("the batch lacks the key column " + keyFieldIds.get(k));
            }
            int[] columnHashes = hashes(column, keyTypes.get(k));
            if (keyFieldIds.size() == 1) {
                hashes = columnHashes;
            } else {
                for (int row = 0; row < hashes.length; row++) {
                    hashes[row] = 31 * (k == 0 ? 1 : hashes[row]) + columnHashes[row];
                }
            }
        }
        for (int row = 0; row < hashes.length; row++) {
            hashes[row] = (hashes[row] & Integer.MAX_VALUE) % buckets;
        }
        return hashes;
    }

    private static int[] hashes(Vector column, Type type) {
        int[] hashes = new int[column.size()];
        if (column instanceof IntVector ints) {
            for (int row = 0; row < hashes.length; row++) {
                hashes[row] = BucketUtil.hash(ints.value(row));
            }
        } else if (column instanceof LongVector longs && type.typeId() != Type.TypeID.DECIMAL) {
            for (int row = 0; row < hashes.length; row++) {
                hashes[row] = BucketUtil.hash(longs.value(row));
            }
        } else if (column instanceof BytesVector bytes) {
            byteHashes(bytes, hashes);
        } else if (column instanceof BooleanVector booleans) {
            for (int row = 0; row < hashes.length; row++) {
                hashes[row] = BucketUtil.hash(booleans.value(row) ? 1 : 0);
            }
        } else if (column instanceof FixedVector || type.typeId() == Type.TypeID.DECIMAL) {
            for (int row = 0; row < hashes.length; row++) {
                Object value = ValueReader.value(column, type, row);
                hashes[row] = value instanceof UUID uuid ? BucketUtil.hash(uuid) : BucketUtil.hash((BigDecimal) value);
            }
        } else {
            throw new IllegalArgumentException("no key has the type " + type);
        }
        return hashes;
    }

    private static void byteHashes(BytesVector bytes, int[] hashes) {
        int[] codes = bytes.codes();
        int slots = codes == null ? bytes.size() : bytes.dictionarySize();
        int[] slotHashes = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            int start = bytes.offsets()[slot];
            // a string's hash is its UTF-8 bytes' hash
            slotHashes[slot] = BucketUtil.hash(ByteBuffer.wrap(bytes.data(), start, bytes.offsets()[slot + 1] - start));
        }
        for (int row = 0; row < hashes.length; row++) {
            hashes[row] = slotHashes[bytes.slot(row)];
        }
    }
}
