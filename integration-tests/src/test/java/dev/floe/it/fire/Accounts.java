package dev.floe.it.fire;

import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.TableIndex;
import dev.floe.client.TableSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Types;

/**
 * The accounts of a run, each in one ledger: one writer's in one bucket.
 *
 * <p>All values of a row but its balance follow from its id and its version, which is the number of the batch that it
 * came with: so a row that was put together from two is seen by itself.
 */
final class Accounts {
    static final String TABLE = "accounts";
    static final int WRITERS = 4;
    static final int BUCKETS = 4;
    static final int LEDGERS = WRITERS * BUCKETS;
    static final int TAGS = 200;
    static final long BALANCE = 1_000;
    static final List<String> COLUMNS = List.of("id", "bucket", "balance", "version", "tag", "note");

    private static final long IDS_OF_A_WRITER = 10_000_000;

    private final int perLedger;
    private final long[] ids;
    private final Map<Long, Integer> numbers = new HashMap<>();

    Accounts(int perLedger) {
        this.perLedger = perLedger;
        this.ids = new long[LEDGERS * perLedger];
        // as the table's partitions are made; not by Floe's own function
        Function<Long, Integer> bucketOf = id ->
                Transforms.<Long>bucket(BUCKETS).bind(Types.LongType.get()).apply(id);
        for (int writer = 0; writer < WRITERS; writer++) {
            int[] found = new int[BUCKETS];
            int missing = BUCKETS * perLedger;
            for (long id = firstId(writer); missing > 0; id++) {
                int bucket = bucketOf.apply(id);
                if (found[bucket] < perLedger) {
                    int number = ledger(writer, bucket) * perLedger + found[bucket]++;
                    ids[number] = id;
                    numbers.put(id, number);
                    missing--;
                }
            }
        }
    }

    /** An upsert table of the accounts, with an index and merges as early as can be. */
    static TableSpec table() {
        List<Column> columns = List.of(
                Column.required("id", Primitive.LONG),
                Column.optional("bucket", Primitive.INT),
                Column.optional("balance", Primitive.LONG),
                Column.optional("version", Primitive.LONG),
                Column.optional("tag", Primitive.INT),
                Column.optional("note", Primitive.STRING));
        return TableSpec.upsert(TABLE, columns, List.of("id"))
                .withBuckets(BUCKETS)
                .withIndexes(List.of(new TableIndex("by_tag", List.of("tag"))))
                .withProperties(Map.of("compaction.runs-min", "2", "maintenance.manifests-max", "5"));
    }

    int perLedger() {
        return perLedger;
    }

    int count() {
        return ids.length;
    }

    static int ledger(int writer, int bucket) {
        return writer * BUCKETS + bucket;
    }

    /** Ids of a writer are from its first up to the next writer's. */
    static long firstId(int writer) {
        return writer * IDS_OF_A_WRITER;
    }

    long id(int ledger, int slot) {
        return ids[ledger * perLedger + slot];
    }

    /** Id of the account with a number, which is its ledger's times their size, and its slot. */
    long id(int number) {
        return ids[number];
    }

    /** Number of an account, or -1 where there is none of the id. */
    int number(long id) {
        return numbers.getOrDefault(id, -1);
    }

    static int tag(long id, long version) {
        return (int) Math.floorMod(id * 31 + version * 7, (long) TAGS);
    }

    static String note(long id, long version) {
        return "account " + id + " as batch " + version + " left it";
    }
}
