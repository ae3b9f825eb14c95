package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.error.Interruption;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.commit.TableState;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogPartitioner;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a job without a checkpoint begins to read: at the first entry that some table lacks.
 *
 * <p>Per partition that is the least of (committed offset + 1) over all buckets in it; a bucket that never committed
 * needs the log from its start. It begins a lifetime of streams before that, where the log still has it, to learn again
 * how far each client's stream is, and one entry earlier, by which {@link ReadLog} tells how far back that is. Entries
 * that a table has already are dropped by its writer. A log that begins after
 * what a bucket needs is RETENTION_GAP, another log than the table's is TOPIC_RESET: the table is suspended then, and
 * the others go on, unless a person accepted the error.
 */
final class TableOffsets implements OffsetsInitializer {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(TableOffsets.class);

    private final IngestJobSettings settings;

    TableOffsets(IngestJobSettings settings) {
        this.settings = settings;
    }

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever log) {
        Map<TopicPartition, Long> begins = log.beginningOffsets(partitions);
        Map<Integer, Long> needed = needed(begins);
        Map<TopicPartition, Long> remembered = remembered(partitions, log);
        Map<TopicPartition, Long> starts = new HashMap<>();
        begins.forEach((partition, begin) -> {
            long next = Math.max(begin, needed.getOrDefault(partition.partition(), begin));
            starts.put(partition, Math.max(begin, Math.min(next, remembered.getOrDefault(partition, next)) - 1));
        });
        return starts;
    }

    @Override
    @SuppressWarnings("deprecation") // the connector's own interface still uses the type
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.NONE;
    }

    /** The first entries whose streams are still remembered; a partition without such an entry is missing. */
    private Map<TopicPartition, Long> remembered(Collection<TopicPartition> partitions, PartitionOffsetsRetriever log) {
        long since =
                System.currentTimeMillis() - settings.log().streamLifetime().toMillis();
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, since));
        Map<TopicPartition, Long> found = new HashMap<>();
        log.offsetsForTimes(times).forEach((partition, offset) -> {
            if (offset != null) {
                found.put(partition, offset.offset());
            }
        });
        return found;
    }

    private Map<Integer, Long> needed(Map<TopicPartition, Long> begins) {
        Map<Integer, Long> beginOf = new HashMap<>();
        begins.forEach((partition, begin) -> beginOf.put(partition.partition(), begin));
        Map<Integer, Long> needed = new HashMap<>();
        LogId log = LogIdentity.of(settings.log());
        try (Catalog catalog = SqlCatalog.open(settings.catalog())) {
            Map<UUID, TableState> states = catalog.suspensions().all();
            for (TableDefinition table : catalog.tables().listAll()) {
                TableState state = states.getOrDefault(table.id(), TableState.NORMAL);
                if (state.suspended()) {
                    continue;
                }
                try {
                    needed(catalog, table, state, log, beginOf).forEach((p, next) -> needed.merge(p, next, Math::min));
                } catch (FloeException e) {
                    if (!ActiveTables.isToBlameFor(e) || Interruption.isBehind(e)) {
                        throw e;
                    }
                    LOG.error("table suspended: table={} code={} {}", table.name(), e.code(), e.message());
                    catalog.suspensions().suspend(table.id(), state.generation(), e);
                }
            }
        }
        return needed;
    }

    /** Per partition, the first offset that a table needs. */
    private static Map<Integer, Long> needed(
            Catalog catalog, TableDefinition table, TableState state, LogId log, Map<Integer, Long> beginOf) {
        Table iceberg = catalog.tables().iceberg(table.name());
        // the old log may be back: what the table has of it then counts
        boolean fromBegin = state.accepted().contains(ErrorCode.TOPIC_RESET)
                && !TableCommitter.log(iceberg).fits(log);
        if (!fromBegin) {
            TableCommitter.requireLog(iceberg, log);
        }
        CommittedOffsets offsets = TableCommitter.offsets(iceberg);
        Map<Integer, Long> needed = new HashMap<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            int partition = LogPartitioner.partitionOf(table.id(), bucket, beginOf.size());
            long begin = beginOf.getOrDefault(partition, 0L);
            boolean fresh = fromBegin || offsets.of(bucket) == CommittedOffsets.NONE;
            long next = fresh ? begin : offsets.of(bucket) + 1;
            if (!state.accepted().contains(ErrorCode.RETENTION_GAP)) {
                requireRetained(table, bucket, next, begin);
            }
            needed.merge(partition, next, Math::min);
        }
        return needed;
    }

    private static void requireRetained(TableDefinition table, int bucket, long next, long begin) {
        if (next < begin) {
            throw new FloeException(
                            ErrorCode.RETENTION_GAP,
                            "bucket " + bucket + " of table " + table.name().table() + " needs the log from offset "
                                    + next + ", which begins at " + begin)
                    .advise("bring the log back and resume the table, or resume it with --accept RETENTION_GAP: the"
                            + " entries in between are then lost");
        }
    }
}
