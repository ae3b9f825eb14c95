package dev.floe.standalone.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.file.LocalFileIO;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.Suspension;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.name.TableName;
import dev.floe.core.settings.Secret;
import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import dev.floe.jobs.ingest.IngestJobSettings;
import dev.floe.jobs.maintain.MaintenanceJobSettings;
import dev.floe.standalone.broker.BrokerSettings;
import dev.floe.standalone.broker.EmbeddedBroker;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.log.LogPartitioner;
import dev.floe.storage.log.LogSettings;
import dev.floe.storage.write.WriterSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real broker and a real cluster: every entry is in its table once, whatever was restarted how. */
class IngestFlowTest {
    private static final LogSettings LOG = new LogSettings("", "floe.log", 4, (short) 1);
    private static final Duration VISIBLE_MAX = Duration.ofSeconds(60);
    private static final int KEYS = 300;

    @TempDir
    Path temp = Path.of("");

    private final Map<Long, Long> upserted = new HashMap<>();
    private final List<Long> appended = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(11);
    private CatalogSettings catalogSettings = new CatalogSettings("", "", new Secret(""), "");
    private EmbeddedBroker broker = new EmbeddedBroker(new BrokerSettings(Path.of("k"), Path.of("l"), 0, 1));
    private long next;

    @BeforeEach
    void start() throws Exception {
        catalogSettings = new CatalogSettings(
                "jdbc:sqlite:" + temp.resolve("catalog.db"),
                "",
                new Secret(""),
                temp.resolve("warehouse").toString());
        broker = new EmbeddedBroker(
                new BrokerSettings(temp.resolve("kafka"), temp.resolve("logs/broker.log"), 0, 256L << 20));
        broker.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic(LOG.topic(), LOG.partitions(), (short) 1),
                            new NewTopic(LOG.topic() + ".dead-letter", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void keepsEveryEntryOnceOverRestartsOfEveryKind() throws Exception {
        try (Catalog catalog = SqlCatalog.open(catalogSettings)) {
            TableDefinition state = create(catalog, "state", TableMode.UPSERT);
            try (EmbeddedFlink flink = job()) {
                send(state, 20);
                TableDefinition events = create(catalog, "events", TableMode.APPEND);
                sendPoison();
                send(events, 20);
                awaitEqual(catalog, state);
                awaitEqual(catalog, events);
                assertThat(flink.health().healthy()).isTrue();
            }
            TableDefinition events =
                    catalog.tables().find(TableName.of("default", "events")).orElseThrow();
            try (EmbeddedFlink fromSavepoint = job()) {
                send(state, 10);
                awaitEqual(catalog, state);
                assertThat(fromSavepoint.health().healthy()).isTrue();
            }
            new LocalFileIO(temp).deletePrefix(temp.resolve("checkpoints").toString());
            send(events, 5);
            try (EmbeddedFlink fromNone = job()) {
                send(state, 10);
                send(events, 5);
                awaitEqual(catalog, state);
                awaitEqual(catalog, events);
                assertThat(fromNone.health().healthy()).isTrue();
            }
            assertEverySnapshotNamesItsOffsets(catalog, state);
            assertEverySnapshotNamesItsOffsets(catalog, events);
        }
    }

    /** Merged runs are installed while entries come, and at last, when none come any more. */
    @Test
    void compactsToOneRunABucket() throws Exception {
        try (Catalog catalog = SqlCatalog.open(catalogSettings);
                EmbeddedFlink flink = job()) {
            TableDefinition state = create(catalog, "state", TableMode.UPSERT);
            TableDefinition events = create(catalog, "events", TableMode.APPEND);
            for (int i = 0; i < 8; i++) {
                send(state, 3);
                send(events, 2);
                awaitEqual(catalog, state);
                awaitEqual(catalog, events);
            }
            for (TableDefinition table : List.of(state, events)) {
                Awaitility.await()
                        .atMost(VISIBLE_MAX)
                        .untilAsserted(
                                () -> assertThat(dataFiles(catalog, table)).isEqualTo(table.buckets()));
                awaitEqual(catalog, table);
                assertEverySnapshotNamesItsOffsets(catalog, table);
            }
            send(state, 3);
            awaitEqual(catalog, state);
            assertThat(flink.health().healthy()).isTrue();
        }
    }

    private static int dataFiles(Catalog catalog, TableDefinition table) throws IOException {
        int files = 0;
        try (CloseableIterable<FileScanTask> tasks =
                catalog.tables().iceberg(table.name()).newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                assertThat(task.file().recordCount()).isPositive();
                files++;
            }
        }
        return files;
    }

    @Test
    void writesAgainWhatARollbackTookAway() throws Exception {
        try (Catalog catalog = SqlCatalog.open(catalogSettings)) {
            TableDefinition state = create(catalog, "state", TableMode.UPSERT);
            try (EmbeddedFlink flink = job()) {
                send(state, 10);
                awaitEqual(catalog, state);
                send(state, 10);
                awaitEqual(catalog, state);
                Table iceberg = catalog.tables().iceberg(state.name());
                Snapshot oldest = iceberg.snapshots().iterator().next();
                iceberg.manageSnapshots().rollbackTo(oldest.snapshotId()).commit();
                awaitEqual(catalog, state);
                send(state, 5);
                awaitEqual(catalog, state);
                assertThat(flink.health().healthy()).isTrue();
            }
        }
    }

    @Test
    void suspendsTheTableOfADamagedEntryAndNoOther() throws Exception {
        try (Catalog catalog = SqlCatalog.open(catalogSettings)) {
            TableDefinition state = create(catalog, "state", TableMode.UPSERT);
            TableDefinition events = create(catalog, "events", TableMode.APPEND);
            try (EmbeddedFlink flink = job()) {
                send(state, 10);
                awaitEqual(catalog, state);
                sendDamaged(state);
                Awaitility.await()
                        .atMost(VISIBLE_MAX)
                        .untilAsserted(() -> assertThat(
                                        catalog.suspensions().find(state.id()).map(Suspension::code))
                                .contains(ErrorCode.LOG_ENTRY_CORRUPT));
                send(state, 5);
                send(events, 10);
                awaitEqual(catalog, events);
                assertThat(catalog.suspensions().resume(state.id(), Optional.of(ErrorCode.LOG_ENTRY_CORRUPT)))
                        .isTrue();
                awaitEqual(catalog, state);
                send(events, 5);
                awaitEqual(catalog, events);
                assertThat(flink.health().healthy()).isTrue();
            }
        }
    }

    @Test
    void ofTwoJobsTheFirstStopsForGood() throws Exception {
        try (Catalog catalog = SqlCatalog.open(catalogSettings)) {
            TableDefinition state = create(catalog, "state", TableMode.UPSERT);
            try (EmbeddedFlink first = job("first")) {
                send(state, 5);
                awaitEqual(catalog, state);
                try (EmbeddedFlink second = job("second")) {
                    Awaitility.await()
                            .atMost(VISIBLE_MAX)
                            .untilAsserted(
                                    () -> assertThat(first.health().detail()).contains("FAILED", "WRITER_FENCED"));
                    send(state, 10);
                    awaitEqual(catalog, state);
                    assertThat(second.health().healthy()).isTrue();
                }
            }
        }
    }

    private void sendDamaged(TableDefinition table) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            producer.send(new ProducerRecord<>(
                            LOG.topic(),
                            LogPartitioner.partitionOf(table.id(), 0, LOG.partitions()),
                            new LogKey(table.id(), 0).encode(),
                            new byte[60]))
                    .get();
        }
    }

    private EmbeddedFlink job() {
        return job("checkpoints");
    }

    private EmbeddedFlink job(String folder) {
        IngestJobSettings settings = new IngestJobSettings(
                catalogSettings,
                LOG.at(broker.bootstrapServers()),
                WriterSettings.defaults(),
                Duration.ofMillis(500),
                2,
                100,
                1_000,
                1L << 30,
                1L << 30);
        EmbeddedFlink flink = new EmbeddedFlink(
                new FlinkSettings(temp.resolve(folder), 0, Duration.ofSeconds(10)),
                () -> settings,
                MaintenanceJobSettings.read(new SettingsReader(Settings.of(Map.of())), catalogSettings));
        flink.start();
        flink.submit();
        return flink;
    }

    private static TableDefinition create(Catalog catalog, String name, TableMode mode) {
        return catalog.tables()
                .create(new TableDeclaration(
                        TableName.of("default", name),
                        mode,
                        List.of(
                                Types.NestedField.required(1, "id", Types.LongType.get()),
                                Types.NestedField.required(2, "n", Types.LongType.get())),
                        mode == TableMode.UPSERT ? List.of("id") : List.of(),
                        3,
                        List.of(),
                        BadRowPolicy.REJECT,
                        Map.of("compaction.runs-min", "2")));
    }

    private void send(TableDefinition table, int batches) throws Exception {
        boolean upsert = table.mode() == TableMode.UPSERT;
        Type type = Types.LongType.get();
        int id = table.schema().findField("id").fieldId();
        int n = table.schema().findField("n").fieldId();
        for (int i = 0; i < batches; i++) {
            List<Long> ids = new ArrayList<>();
            List<Long> numbers = new ArrayList<>();
            byte[] operations = new byte[40];
            for (int row = 0; row < operations.length; row++) {
                long key = random.nextInt(KEYS);
                boolean delete = upsert && random.nextInt(10) == 0;
                operations[row] = delete ? RowOperation.DELETE : upsert ? RowOperation.UPSERT : RowOperation.APPEND;
                ids.add(key);
                numbers.add(next);
                if (!upsert) {
                    appended.add(next);
                } else if (delete) {
                    upserted.remove(key);
                } else {
                    upserted.put(key, next);
                }
                next++;
            }
            ColumnBatch batch = new ColumnBatch(
                    operations.length,
                    List.of(id, n),
                    List.of(VectorBuilder.of(type, ids), VectorBuilder.of(type, numbers)),
                    operations);
            write(table, batch, upsert);
        }
    }

    private void write(TableDefinition table, ColumnBatch batch, boolean upsert) throws Exception {
        int[] buckets = new int[batch.rowCount()];
        Arrays.fill(buckets, random.nextInt(table.buckets()));
        if (upsert) {
            buckets = BucketFunction.of(table.schema(), table.keyFieldIds(), table.buckets())
                    .bucketsOf(batch);
        }
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (Map.Entry<Integer, ColumnBatch> part :
                    BucketSplit.split(batch, buckets, table.buckets()).entrySet()) {
                producer.send(new ProducerRecord<>(
                                LOG.topic(),
                                LogPartitioner.partitionOf(table.id(), part.getKey(), LOG.partitions()),
                                new LogKey(table.id(), part.getKey()).encode(),
                                LogEntryCodec.encode(new LogEntry(
                                        table.id(), table.schemaVersion(), part.getKey(), part.getValue()))))
                        .get();
            }
        }
    }

    /** Records that no gateway would write. */
    private void sendPoison() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            byte[] garbage = {1, 2, 3};
            producer.send(new ProducerRecord<>(LOG.topic(), 0, null, garbage)).get();
            producer.send(new ProducerRecord<>(LOG.topic(), 1, garbage, garbage))
                    .get();
            producer.send(new ProducerRecord<>(LOG.topic(), 2, garbage, null)).get();
            producer.send(new ProducerRecord<>(LOG.topic(), 3, new byte[20], new byte[60]))
                    .get();
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private void awaitEqual(Catalog catalog, TableDefinition table) throws IOException {
        Awaitility.await().atMost(VISIBLE_MAX).untilAsserted(() -> {
            List<Long> numbers = new ArrayList<>();
            Map<Long, Long> rows = new HashMap<>();
            try (CloseableIterable<Record> found =
                    IcebergGenerics.read(catalog.tables().iceberg(table.name())).build()) {
                for (Record row : found) {
                    numbers.add((Long) row.getField("n"));
                    rows.put((Long) row.getField("id"), (Long) row.getField("n"));
                }
            }
            assertThat(numbers).doesNotHaveDuplicates();
            if (table.mode() == TableMode.UPSERT) {
                assertThat(rows).isEqualTo(upserted).hasSameSizeAs(numbers);
            } else {
                assertThat(numbers).containsExactlyInAnyOrderElementsOf(appended);
            }
        });
    }

    private static void assertEverySnapshotNamesItsOffsets(Catalog catalog, TableDefinition table) {
        Table iceberg = catalog.tables().iceberg(table.name());
        for (Snapshot snapshot : iceberg.snapshots()) {
            assertThat(snapshot.summary()).containsKey("floe.offsets");
            assertThat(snapshot.summary().getOrDefault("total-equality-deletes", "0"))
                    .isEqualTo("0");
        }
    }
}
