package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import dev.floe.storage.commit.SinkCommitter;
import dev.floe.storage.commit.TableChanges;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job that turns the log into tables.
 *
 * <pre>
 *   log (Kafka) ─► read log ─by bucket─► write buckets ─► commit tables
 *    ▲                └── dead letters ◄──┤
 *    └───────────────── nudges ◄──────────┘ (beside it: compaction)
 * </pre>
 *
 * <p>Checkpoints are aligned and exactly once: a writer empties itself before it lets a barrier pass, which a barrier
 * that overtakes entries would break.
 */
public final class IngestJob {
    public static final String NAME = "ingest";

    private static final int CHECKPOINTS_RETAINED = 3;
    private static final int FAILED_CHECKPOINTS_MAX = 1_000_000;

    private IngestJob() {}

    /** What the job needs of a cluster's configuration; the checkpoint folder is the cluster's own. */
    public static Configuration configuration(IngestJobSettings settings) {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, settings.commitInterval());
        configuration.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
        configuration.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
        configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, CHECKPOINTS_RETAINED);
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, FAILED_CHECKPOINTS_MAX);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        // no operator keeps or changes what it was given, so chained ones need no copies
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        return configuration;
    }

    /**
     * Adds the job to an environment made with {@link #configuration}.
     *
     * <p>It may start from checkpoints of this generation only; it ends where the catalog's is another, and is then to
     * be started again without one.
     *
     * @param leftBehind of {@link #leftBehind}, asked for before the job is submitted without a checkpoint
     */
    public static void build(
            StreamExecutionEnvironment environment,
            IngestJobSettings settings,
            JobGeneration generation,
            Map<UUID, Map<Long, Long>> leftBehind) {
        environment.setParallelism(settings.parallelism());
        SingleOutputStreamOperator<BucketEntry> entries = environment
                .fromSource(source(settings), WatermarkStrategy.noWatermarks(), "log")
                .uid("log")
                .process(new ReadLog())
                .returns(TypeInformation.of(BucketEntry.class))
                .name("read log")
                .uid("read-log");
        SingleOutputStreamOperator<TableChanges> changes = entries.partitionCustom(
                        (BucketKey key, int writers) -> key.owner(writers), BucketEntry::key)
                .transform("write buckets", TypeInformation.of(TableChanges.class), new WriteBuckets(settings))
                .uid("write-buckets");
        changes.transform("commit tables", Types.VOID, new CommitTables(settings, generation.number(), leftBehind))
                .setParallelism(1)
                .setMaxParallelism(1)
                .uid("commit-tables");
        entries.getSideOutput(ReadLog.DEAD)
                .union(changes.getSideOutput(ReadLog.DEAD))
                .sinkTo(deadLetters(settings))
                .setParallelism(1)
                .name("dead letters")
                .uid("dead-letters");
        changes.getSideOutput(WriteBuckets.NUDGES)
                .sinkTo(nudges(settings))
                .setParallelism(1)
                .name("nudges")
                .uid("nudges");
    }

    /** Snapshots that are no part of their tables any more, for a job that begins at what the tables have. */
    public static Map<UUID, Map<Long, Long>> leftBehind(IngestJobSettings settings) {
        try (Catalog catalog = SqlCatalog.open(settings.catalog())) {
            return new HashMap<>(SinkCommitter.leftBehind(new CatalogTables(catalog)));
        }
    }

    private static KafkaSource<RawRecord> source(IngestJobSettings settings) {
        return KafkaSource.<RawRecord>builder()
                .setBootstrapServers(settings.log().bootstrapServers())
                .setTopics(settings.log().topic())
                .setStartingOffsets(new TableOffsets(settings))
                .setDeserializer(new RawRecordSchema())
                .setProperty("isolation.level", "read_committed")
                .setProperty("commit.offsets.on.checkpoint", "false")
                .setProperty("enable.auto.commit", "false")
                .setProperty("max.partition.fetch.bytes", Integer.toString(8 << 20))
                // the system's, which grow with what is read: in Kafka's 64 KB each entry takes several reads
                .setProperty("receive.buffer.bytes", "-1")
                .build();
    }

    private static KafkaSink<Nudge> nudges(IngestJobSettings settings) {
        return KafkaSink.<Nudge>builder()
                .setBootstrapServers(settings.log().bootstrapServers())
                .setRecordSerializer(new NudgeSchema(settings.log()))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    private static KafkaSink<DeadRecord> deadLetters(IngestJobSettings settings) {
        return KafkaSink.<DeadRecord>builder()
                .setBootstrapServers(settings.log().bootstrapServers())
                .setRecordSerializer(new DeadLetterSchema(settings.log().deadLetterTopic()))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }
}
