package dev.floe.sql.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.duckdb.ScanInput.ScannedFile;
import dev.floe.sql.engine.FileCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is fetched, what is kept of it, and that nothing is left of what was not wanted to its end. */
class FetchedFilesTest {
    private static final long BYTES_MAX = 300;

    @TempDir
    Path folder = Path.of("");

    private final DistantFiles store = new DistantFiles();
    private FetchedFiles files = new FetchedFiles(folder, 0);

    @BeforeEach
    void open() {
        files = new FetchedFiles(folder, BYTES_MAX);
    }

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    void theLeastRecentlyUsedGoesFirst() {
        Path a = read("s3://t/a", 100);
        Path b = read("s3://t/b", 100);
        Path c = read("s3://t/c", 100);
        assertThat(read("s3://t/a", 100)).isEqualTo(a);

        Path d = read("s3://t/d", 100);

        assertThat(b).doesNotExist();
        assertThat(List.of(a, c, d)).allMatch(Files::exists);
        assertThat(files.counts()).isEqualTo(new FileCounts(1, 4, 400, 1, 3, 300));
    }

    @Test
    void aFileInUseIsNeverLetGo() {
        Path a = acquire("s3://t/a", 200);
        assertThat(acquire("s3://t/a", 200)).isEqualTo(a);
        files.release(List.of("s3://t/a"));

        assertRefused("s3://t/b", 200);

        assertThat(a).exists();
        files.release(List.of("s3://t/a"));
        assertThat(read("s3://t/b", 200)).exists();
        assertThat(a).doesNotExist();
    }

    @Test
    void whatHasNoRoomDrivesNothingOut() {
        Path kept = read("s3://t/kept", 50);
        Path used = acquire("s3://t/used", 100);

        assertRefused("s3://t/large", 250);

        assertThat(List.of(kept, used)).allMatch(Files::exists);
        assertThat(files.counts().evicted()).isZero();
        assertThat(files.counts().bytes()).isEqualTo(150);
        assertThat(read("s3://t/kept", 50)).isEqualTo(kept);
    }

    @Test
    void aScanWithoutRoomForAllOfItsFilesIsRefusedAndUsesNone() throws IOException {
        Path known = read("s3://t/0", 100);
        List<ScannedFile> scan =
                IntStream.range(0, 4).mapToObj(i -> file("s3://t/" + i, 100)).toList();

        assertThatThrownBy(() -> files.acquire(store, scan, FetchedFilesTest::goOn))
                .isInstanceOfSatisfying(FloeException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED);
                    assertThat(e.message()).contains("4 files of 400 bytes", "sql.file-cache-bytes-max", "300 bytes");
                });

        assertThat(names()).containsExactly(known);
        assertThat(read("s3://t/large", 300)).exists();
        assertThat(known).as("nobody uses it").doesNotExist();
    }

    @Test
    void queriesOfOneFileShareItsFetch() {
        store.gate = new CountDownLatch(1);
        List<CompletableFuture<Path>> queries = IntStream.range(0, 5)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> acquire("s3://t/a", 100)))
                .toList();
        Awaitility.await().until(() -> files.counts().hits() == 4);
        store.gate.countDown();

        assertThat(queries.stream().map(CompletableFuture::join)).containsOnly(folder.resolve("0.parquet"));
        assertThat(store.opened).hasValue(1);
        assertThat(files.counts().misses()).isEqualTo(1);
    }

    @Test
    void bytesOnTheirWayAreSetAside() {
        store.gate = new CountDownLatch(1);
        CompletableFuture<Path> first = CompletableFuture.supplyAsync(() -> acquire("s3://t/a", 200));
        Awaitility.await().until(() -> files.counts().misses() == 1);

        assertRefused("s3://t/b", 101);

        store.gate.countDown();
        assertThat(first.join()).hasSize(200);
    }

    @Test
    void aFetchThatFailsLeavesNothing() throws IOException {
        store.broken = true;
        assertThatThrownBy(() -> acquire("s3://t/a", 100))
                .hasMessageContaining("the line is dead")
                .isInstanceOf(FloeException.class);
        assertThat(names()).isEmpty();
        assertThat(files.counts().bytes()).isZero();

        store.broken = false;
        assertThat(acquire("s3://t/a", 100)).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 140})
    void aFileOfAnotherLengthIsRefused(int bytes) throws IOException {
        store.put("s3://t/a", bytes);
        assertThatThrownBy(() -> files.acquire(store, List.of(file("s3://t/a", 100)), FetchedFilesTest::goOn))
                .isInstanceOfSatisfying(FloeException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE);
                    assertThat(e.message()).contains("of 100 bytes");
                });
        assertThat(names()).isEmpty();
        assertThat(files.counts().bytes()).isZero();
    }

    @Test
    void aFetchEndsWithTheLastQueryThatWantsIt() {
        store.gate = new CountDownLatch(1);
        AtomicBoolean firstIsOver = new AtomicBoolean();
        AtomicBoolean secondIsOver = new AtomicBoolean();
        CompletableFuture<Path> first = CompletableFuture.supplyAsync(() -> acquire("s3://t/a", 200, firstIsOver));
        CompletableFuture<Path> second = CompletableFuture.supplyAsync(() -> acquire("s3://t/a", 200, secondIsOver));
        Awaitility.await().until(() -> files.counts().hits() == 1);

        firstIsOver.set(true);
        assertThatThrownBy(first::join).hasMessageContaining("enough");
        assertThat(files.counts().kept()).as("still on its way").isEqualTo(1);
        secondIsOver.set(true);
        assertThatThrownBy(second::join).hasMessageContaining("enough");
        assertThat(files.counts().kept()).isZero();
        assertThat(files.counts().bytes()).as("its thread has them").isEqualTo(200);
        store.gate.countDown();

        Awaitility.await()
                .untilAsserted(() -> assertThat(files.counts().bytes()).isZero());
        assertThat(folder).isEmptyDirectory();
        assertThat(files.counts().fetched()).isZero();
    }

    @Test
    void aCopyThatNobodyWaitsForAtItsEndIsNotKept() {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch gone = new CountDownLatch(1);
        store.atEnd = () -> {
            over.set(true);
            try {
                gone.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        assertThatThrownBy(() -> acquire("s3://t/a", 100, over)).hasMessageContaining("enough");
        gone.countDown();
        Awaitility.await()
                .untilAsserted(() -> assertThat(files.counts().bytes()).isZero());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileThatWasGivenUpIsFetchedAnewAtOnce() {
        store.gate = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean(true);
        assertThatThrownBy(() -> acquire("s3://t/a", 100, over)).hasMessageContaining("enough");
        CompletableFuture<Path> again = CompletableFuture.supplyAsync(() -> acquire("s3://t/a", 100));
        store.gate.countDown();
        assertThat(again.join()).hasSize(100);
        Awaitility.await()
                .untilAsserted(() -> assertThat(files.counts().bytes()).isEqualTo(100));
        assertThat(folder).isDirectoryContaining("glob:**1.parquet");
    }

    @Test
    void soManyFetchesRunAtOnce() {
        store.gate = new CountDownLatch(1);
        CompletableFuture<Integer> query = CompletableFuture.supplyAsync(() -> {
            List<ScannedFile> scan =
                    IntStream.range(0, 20).mapToObj(i -> file("s3://t/" + i, 2)).toList();
            scan.forEach(file -> store.put(file.location(), 2));
            return files.acquire(store, scan, FetchedFilesTest::goOn).size();
        });
        Awaitility.await().until(() -> store.open.get() == 8);
        store.gate.countDown();
        assertThat(query.join()).isEqualTo(20);
        assertThat(store.openMost).hasValue(8);
    }

    @Test
    void aFileThatAScanNamesTwiceIsHeldTwice() {
        List<ScannedFile> twice = List.of(file("s3://t/a", 100), file("s3://t/a", 100));
        store.put("s3://t/a", 100);
        Path a = files.acquire(store, twice, FetchedFilesTest::goOn).get(1).path();
        files.release(List.of("s3://t/a"));
        assertRefused("s3://t/b", 250);
        files.release(List.of("s3://t/a"));
        assertThat(acquire("s3://t/b", 250)).exists();
        assertThat(a).doesNotExist();
    }

    private void assertRefused(String location, int bytes) {
        assertThatThrownBy(() -> acquire(location, bytes))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED));
    }

    private Path read(String location, int bytes) {
        Path path = acquire(location, bytes);
        files.release(List.of(location));
        return path;
    }

    private Path acquire(String location, int bytes) {
        return acquire(location, bytes, new AtomicBoolean());
    }

    private Path acquire(String location, int bytes, AtomicBoolean over) {
        store.put(location, bytes);
        return files.acquire(store, List.of(file(location, bytes)), () -> {
                    if (over.get()) {
                        throw new FloeException(ErrorCode.QUERY_CANCELLED, "enough");
                    }
                })
                .get(0)
                .path();
    }

    private static void goOn() {}

    private static ScannedFile file(String location, int bytes) {
        return new ScannedFile(location, bytes, 1, null);
    }

    private List<Path> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return Arrays.asList(all.toArray(Path[]::new));
        }
    }
}
