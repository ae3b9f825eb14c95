package dev.floe.core.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {
    @TempDir
    Path folder;

    @Test
    void readsWhatWasWritten() {
        Endpoints endpoints =
                new Endpoints("127.0.0.1:7070", "127.0.0.1:8765", "127.0.0.1:8081", "127.0.0.1:9092", "127.0.0.1:9464");

        endpoints.write(folder);

        assertThat(Endpoints.read(folder)).contains(endpoints);
    }

    @Test
    void readsNothingOnceCleared() {
        new Endpoints("a:1", "b:2", "c:3", "d:4", "e:5").write(folder);

        Endpoints.clear(folder);

        assertThat(Endpoints.read(folder)).isEmpty();
    }

    @Test
    void readsAKeyWithoutTheLineBreakBehindIt() throws Exception {
        Path file = Files.writeString(folder.resolve(KeyFile.ADMIN), "floe_ab_cd\n");

        assertThat(KeyFile.read(file).value()).isEqualTo("floe_ab_cd");
    }

    @Test
    void refusesAKeyFileWithoutAKey() throws Exception {
        Path blank = Files.writeString(folder.resolve("blank"), "\n");
        Path prose = Files.writeString(folder.resolve("prose"), "my key is x\n");

        for (Path file : new Path[] {blank, prose, folder.resolve("missing")}) {
            assertThatThrownBy(() -> KeyFile.read(file))
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SETTINGS));
        }
    }
}
