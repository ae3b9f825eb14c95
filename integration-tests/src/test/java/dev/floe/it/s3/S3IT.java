package dev.floe.it.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.file.S3Settings;
import dev.floe.cli.FloeCli;
import dev.floe.client.Batch;
import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableState;
import dev.floe.client.Token;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Secret;
import dev.floe.it.StandaloneProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An installation whose tables are on S3: all that it does with a table, and what it asks the server for. */
class S3IT {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final Pattern FILES =
            Pattern.compile("files from the cache (\\d+), fetched (\\d+) of (\\d+) bytes, let go (\\d+)");
    private static final String DECLARATION = """
            table: state
            key: [id]
            buckets: 2
            columns:
              - {name: id, type: long, required: true}
              - {name: n, type: long}
              - {name: text, type: string}
            properties:
              compaction.strategy: none
            """;

    @TempDir
    Path temp = Path.of("");

    private final Map<Long, Long> model = new TreeMap<>();
    private Optional<S3Server> opened = Optional.empty();
    private long next;

    /** What {@code floe status} says of the cache. */
    private record Cached(long hits, long misses, long bytes) {}

    @BeforeEach
    void open() throws Exception {
        opened = Optional.of(new S3Server());
    }

    @AfterEach
    void close() throws Exception {
        s3().close();
    }

    private S3Server s3() {
        return opened.orElseThrow();
    }

    @Test
    void whatIsWrongWithTheBucketIsToldAtTheStart() {
        assertRefused("s3://floe/tables", "wrong", "SignatureDoesNotMatch", "catalog.s3-secret-key");
        assertRefused("s3://nowhere/tables", S3Server.SECRET_KEY, "NoSuchBucket", "catalog.warehouse");
    }

    @Test
    @Tag("long")
    void tablesOnS3DoAllThatLocalOnesDo() throws Exception {
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.start(data, arguments());
                FloeClient client = floe.client()) {
            client.catalog().createTable("", DECLARATION, false);
            for (int round = 0; round < 3; round++) {
                committed(client, write(client, 500));
            }
            committed(client, delete(client, 100));
            assertThat(s3().keys(".parquet")).hasSizeGreaterThanOrEqualTo(4);
            assertThat(s3().keys(".keys.puffin")).hasSameSizeAs(s3().keys(".parquet"));
            assertThat(state(client).deleteVectors()).isPositive();

            scansFetchEachFileOnce(client);
            lookupsReadPagesOnly(client);
        }
        try (StandaloneProcess floe = StandaloneProcess.start(data, arguments());
                FloeClient client = floe.client()) {
            assertThat(rows(client, new ReadAt.Latest())).isEqualTo(model);
            assertThat(cached(client).misses()).as("emptied at the start").isPositive();

            assertThat(floe(floe, "compact", "state", "--wait")).contains("2 of 2 buckets");
            assertThat(state(client).dataFiles()).isEqualTo(2);
            assertThat(rows(client, new ReadAt.Latest())).isEqualTo(model);

            int before = s3().keys("").size();
            Awaitility.await().atMost(WAIT_MAX).untilAsserted(() -> {
                assertThat(floe(floe, "maintain", "state", "--wait")).contains("done");
                assertThat(s3().keys(".parquet")).hasSize(2);
            });
            assertThat(s3().keys("").size()).isLessThan(before);
            assertThat(rows(client, new ReadAt.Latest())).isEqualTo(model);

            damageIsFoundBeforeDuckDbReads(client);
            assertThat(floe(floe, "status")).doesNotContain("FAILED");
        }
    }

    private void scansFetchEachFileOnce(FloeClient client) {
        ReadAt snapshot = new ReadAt.AtSnapshot(state(client).snapshotId());
        assertThat(rows(client, snapshot)).isEqualTo(model);
        Cached first = cached(client);
        List<String> whole = s3().reads(".parquet").stream()
                .filter(S3Server.Read::isWhole)
                .map(S3Server.Read::key)
                .toList();
        assertThat(whole).doesNotHaveDuplicates().hasSize((int) first.misses());
        assertThat(first.bytes()).isPositive();

        assertThat(rows(client, snapshot)).isEqualTo(model);

        assertThat(s3().reads(".parquet")).isEmpty();
        Cached second = cached(client);
        assertThat(second.misses()).isEqualTo(first.misses());
        assertThat(second.bytes()).isEqualTo(first.bytes());
        assertThat(second.hits()).isEqualTo(first.hits() + state(client).dataFiles());
    }

    private void lookupsReadPagesOnly(FloeClient client) {
        Cached before = cached(client);
        s3().reads("");
        List<Optional<Row>> found =
                client.get(KeyLookup.of("state", List.of("id"), List.of(new Object[] {400L}, new Object[] {-1L})));
        assertThat(found.get(0).orElseThrow().value(1)).isEqualTo(model.get(400L));
        assertThat(found.get(1)).isEmpty();
        List<S3Server.Read> reads = s3().reads(".parquet");
        assertThat(reads).isNotEmpty().noneMatch(S3Server.Read::isOpen);
        assertThat(cached(client)).isEqualTo(before);

        client.get(KeyLookup.of("state", List.of("id"), List.<Object[]>of(new Object[] {400L})));
        assertThat(s3().reads("")).as("pages and sidecars are kept").isEmpty();
    }

    private void damageIsFoundBeforeDuckDbReads(FloeClient client) throws Exception {
        List<String> sound = s3().keys(".parquet");
        long before = state(client).snapshotId();
        write(client, 500);
        Awaitility.await().atMost(WAIT_MAX).until(() -> state(client).snapshotId() != before);
        for (String key : s3().keys(".parquet")) {
            if (!sound.contains(key)) {
                s3().damage(key);
            }
        }
        long snapshot = state(client).snapshotId();
        assertThatThrownBy(() -> rows(client, new ReadAt.AtSnapshot(snapshot)))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE));
    }

    private void assertRefused(String warehouse, String secret, String... words) {
        S3Settings s3 = new S3Settings(s3().url(), "", true, new Secret(S3Server.ACCESS_KEY), new Secret(secret));
        CatalogSettings settings =
                new CatalogSettings("jdbc:sqlite:" + temp.resolve("catalog.db"), "", new Secret(""), warehouse, s3);
        assertThatThrownBy(() -> SqlCatalog.open(settings)).isInstanceOfSatisfying(FloeException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_UNUSABLE);
            assertThat(e.message() + e.action()).contains(words).contains(warehouse, s3().url());
        });
    }

    private String[] arguments() {
        Map<String, String> settings = Map.of(
                "catalog.warehouse", "s3://" + S3Server.BUCKET + "/tables",
                "catalog.s3-endpoint", s3().url(),
                "catalog.s3-path-style", "true",
                "catalog.s3-access-key", S3Server.ACCESS_KEY,
                "catalog.s3-secret-key", S3Server.SECRET_KEY,
                "ingest.commit-interval", "300ms",
                "maintenance.snapshot-age", "1s",
                "maintenance.snapshots-min", "1",
                "sql.result-cache-bytes-max", "0B");
        List<String> arguments = new ArrayList<>();
        settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments.toArray(String[]::new);
    }

    private static TableState state(FloeClient client) {
        return client.catalog().describeTable("", "state").state().orElseThrow();
    }

    private static Cached cached(FloeClient client) {
        String detail = client.catalog().status().components().stream()
                .filter(component -> component.name().equals("sql-gateway"))
                .findFirst()
                .orElseThrow()
                .detail();
        Matcher files = FILES.matcher(detail);
        assertThat(files.find()).as(detail).isTrue();
        return new Cached(
                Long.parseLong(files.group(1)), Long.parseLong(files.group(2)), Long.parseLong(files.group(3)));
    }

    /** Waits until a snapshot has what a token stands for. */
    private void committed(FloeClient client, Token token) {
        assertThat(rows(client, new ReadAt.AtToken(token))).isEqualTo(model);
        // before the first commit there is no snapshot to be read
        Awaitility.await()
                .atMost(WAIT_MAX)
                .ignoreExceptionsInstanceOf(FloeException.class)
                .untilAsserted(() -> assertThat(
                                rows(client, new ReadAt.AtSnapshot(state(client).snapshotId())))
                        .isEqualTo(model));
    }

    /** Rows from a hundred below the newest on: some keys are new and some are there. */
    private Token write(FloeClient client, int count) {
        List<Object[]> rows = new ArrayList<>();
        long first = Math.max(0, next - 100);
        for (long id = first; id < first + count; id++) {
            model.put(id, next + id);
            rows.add(new Object[] {id, next + id, "text of " + id * 31 % 97});
        }
        next = first + count;
        return client.write("state", Batch.of(List.of("id", "n", "text"), rows), Operation.UPSERT)
                .token();
    }

    private Token delete(FloeClient client, int count) {
        List<Object[]> keys = LongStream.range(0, count)
                .peek(model::remove)
                .mapToObj(id -> new Object[] {id})
                .toList();
        return client.write("state", Batch.of(List.of("id"), keys), Operation.DELETE)
                .token();
    }

    private static Map<Long, Long> rows(FloeClient client, ReadAt cut) {
        Map<Long, Long> found = new TreeMap<>();
        try (QueryRows rows = client.query(Query.of("SELECT id, n FROM state").at(cut))) {
            for (Row row : rows.all()) {
                assertThat(found.put((Long) row.value(0), (Long) row.value(1)))
                        .as("one row a key")
                        .isNull();
            }
        }
        return found;
    }

    private static String floe(StandaloneProcess floe, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--endpoint", floe.endpoint("grpc"), "--key", floe.adminKey()));
        StringWriter out = new StringWriter();
        CommandLine commandLine = FloeCli.commandLine(Map.of());
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        int exitCode = commandLine.execute(arguments.toArray(String[]::new));
        commandLine.getOut().flush();
        commandLine.getErr().flush();
        assertThat(exitCode).as(out.toString()).isZero();
        return out.toString();
    }
}
