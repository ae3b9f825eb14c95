package dev.floe.storage.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found in a sidecar while somebody writes to its file. */
class OpenSidecarTest {
    private static final List<Integer> KEY = List.of(1);
    private static final int KEYS = 10_000;

    @TempDir
    private Path folder;

    private DataFile file;
    private Path path;
    private int opened;

    @BeforeEach
    void write() {
        file = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(folder.resolve("b00001-1-1-x.parquet").toString())
                .withFormat("parquet")
                .withFileSizeInBytes(12_345)
                .withRecordCount(KEYS)
                .build();
        path = Path.of(SidecarName.of(file.location()));
        writer().write(new LocalFiles(), file);
    }

    private static SidecarWriter writer() {
        SidecarWriter writer = new SidecarWriter(KEY, KEYS);
        for (long key = 0; key < KEYS; key++) {
            writer.add(hash(key), 0, key);
        }
        return writer;
    }

    private static long hash(long key) {
        return key * 0x9E37_79B9_7F4A_7C15L;
    }

    private OpenSidecar<Sidecar> open() {
        return new OpenSidecar<>(path.toString(), () -> {
            opened++;
            try {
                return Sidecar.open(new LocalFiles(), file, KEY);
            } catch (FloeException e) {
                return writer().toSidecar(file);
            }
        });
    }

    private static void assertWhole(OpenSidecar<Sidecar> sidecar) {
        long[] found = sidecar.search(keys ->
                LongStream.range(0, KEYS).map(key -> keys.find(hash(key), 0)).toArray());
        assertThat(found).isEqualTo(LongStream.range(0, KEYS).toArray());
    }

    @Test
    void oneThatNobodyWritesToIsOpenedOnce() {
        OpenSidecar<Sidecar> sidecar = open();
        assertWhole(sidecar);
        assertWhole(sidecar);

        assertThat(opened).isEqualTo(1);
    }

    @Test
    void zerosWrittenOverItAreNotBelieved() throws IOException {
        OpenSidecar<Sidecar> sidecar = open();
        assertWhole(sidecar);
        zero();

        assertWhole(sidecar);
        assertThat(opened).isEqualTo(2);
    }

    @Test
    void zerosWrittenOverItDuringASearchAreNotBelieved() {
        OpenSidecar<Sidecar> sidecar = open();
        long found = sidecar.search(keys -> {
            if (opened == 1) {
                zero();
            }
            return keys.find(hash(KEYS / 2), 0);
        });

        assertThat(found).isEqualTo(KEYS / 2);
    }

    private void zero() {
        try (RandomAccessFile bytes = new RandomAccessFile(path.toFile(), "rw")) {
            bytes.seek(100);
            bytes.write(new byte[(int) bytes.length() - 300]);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTruncatedOneEndsNeitherTheProcessNorTheSearch() throws IOException {
        for (int bytes : new int[] {70_000, 5_000, 100, 0}) {
            OpenSidecar<Sidecar> sidecar = open();
            assertWhole(sidecar);
            try (RandomAccessFile whole = new RandomAccessFile(path.toFile(), "rw")) {
                whole.setLength(bytes);
            }
            assertWhole(sidecar);
            writer().write(new LocalFiles(), file);
        }
    }

    @Test
    void oneThatIsGoneOrReplacedIsOpenedAgain() throws IOException {
        OpenSidecar<Sidecar> sidecar = open();
        writer().write(new LocalFiles(), file);
        assertWhole(sidecar);
        Files.delete(path);
        assertWhole(sidecar);

        assertThat(opened).isEqualTo(3);
    }

    @Test
    void oneThatKeepsChangingIsAnErrorThatMayPass() {
        OpenSidecar<Sidecar> sidecar = open();

        assertThatThrownBy(() -> sidecar.search(keys -> {
                    writer().write(new LocalFiles(), file);
                    return 1;
                }))
                .hasMessageContaining(path.getFileName().toString())
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
    }
}
