package dev.floe.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path temp = Path.of("");

    @Test
    void opensAgainAfterClose() {
        DataFolder.open(temp.resolve("data")).close();
        DataFolder.open(temp.resolve("data")).close();

        assertThat(temp.resolve("data/VERSION")).hasContent("1");
    }

    @Test
    void isHeldByOneAtATime() {
        try (DataFolder held = DataFolder.open(temp)) {
            assertThat(held.root()).isEqualTo(temp.toAbsolutePath());
            assertFails(temp, ErrorCode.DATA_FOLDER_LOCKED, "another process");
        }
    }

    @Test
    void refusesAFolderOfANewerBuild() throws IOException {
        Files.writeString(temp.resolve("VERSION"), "2\n");

        assertFails(temp, ErrorCode.DATA_FOLDER_NEWER, "layout 2");
    }

    @Test
    void refusesADamagedVersionFile() throws IOException {
        Files.writeString(temp.resolve("VERSION"), "one\n");

        assertFails(temp, ErrorCode.DATA_FOLDER_UNUSABLE, "'one'");
    }

    @Test
    void refusesAPathThatIsAFile() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");

        assertFails(file, ErrorCode.DATA_FOLDER_UNUSABLE, "can't use the data folder");
    }

    @Test
    void keepsSecretsToTheirOwner() throws IOException {
        try (DataFolder folder = DataFolder.open(temp)) {
            folder.writeSecret("admin.key", "s3cret");
            folder.writeSecret("admin.key", "other");
        }

        assertThat(temp.resolve("admin.key")).hasContent("other");
        assertThat(Files.getPosixFilePermissions(temp.resolve("admin.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    private static void assertFails(Path folder, ErrorCode code, String message) {
        assertThatThrownBy(() -> DataFolder.open(folder))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
