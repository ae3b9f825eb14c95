package dev.floe.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path temp = Path.of("");

    @Test
    void joinsNestedKeysWithDots() throws IOException {
        Settings settings = file("ingest:\n  batch-bytes-max: 4MB\ngrpc.port: 7070\n");

        assertThat(settings.values())
                .containsOnly(Map.entry("ingest.batch-bytes-max", "4MB"), Map.entry("grpc.port", "7070"));
    }

    @Test
    void readsAnEmptyFileAsNoSettings() throws IOException {
        assertThat(file("").values()).isEmpty();
    }

    @Test
    void refusesAFileThatIsNotYaml() {
        assertInvalid(() -> file("a: [1, 2"), "not valid YAML");
    }

    @Test
    void refusesLists() {
        assertInvalid(() -> file("a: [1, 2]"), "'a' is a list");
    }

    @Test
    void letsTheEnvironmentOverrideAKnownKey() {
        Settings settings = Settings.of(Map.of("grpc.port", "1"))
                .withEnvironment(Map.of("FLOE_GRPC_PORT", "2", "FLOE_OTHER", "3"), List.of("grpc.port"));

        assertThat(settings.values()).containsOnly(Map.entry("grpc.port", "2"));
    }

    @Test
    void readsUnits() {
        SettingsReader reader = new SettingsReader(Settings.of(Map.of("a", "512KB", "b", "1500ms", "c", "7")));

        assertThat(reader.bytes("a", "1B", "")).isEqualTo(512 * 1024);
        assertThat(reader.duration("b", "1s", "")).isEqualTo(Duration.ofMillis(1500));
        assertThat(reader.count("c", 1, 0, 10, "")).isEqualTo(7);
        assertThat(reader.bytes("missing", "2GB", "")).isEqualTo(2L << 30);
        reader.finish();
    }

    @Test
    void namesEveryMistakeAtOnce() {
        SettingsReader reader =
                new SettingsReader(Settings.of(Map.of("a", "big", "b", "11", "c", "perhaps", "unknown", "1")));
        reader.bytes("a", "1B", "");
        reader.count("b", 1, 0, 10, "");
        reader.flag("c", false, "");

        assertThatThrownBy(reader::finish)
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SETTINGS))
                .hasMessageContaining("a: 'big'")
                .hasMessageContaining("from 0 to 10")
                .hasMessageContaining("true or false")
                .hasMessageContaining("unknown: no such setting");
    }

    @Test
    void keepsSecretsOutOfTheReference() {
        SettingsReader reader = new SettingsReader(Settings.of(Map.of("password", "hunter2")));
        Secret secret = reader.secret("password", "", "The password");

        assertThat(secret.value()).isEqualTo("hunter2");
        assertThat(secret.toString()).isEqualTo("***");
        assertThat(reader.reference().toString()).doesNotContain("hunter2");
    }

    private Settings file(String text) throws IOException {
        return Settings.fromFile(Files.writeString(temp.resolve("floe.yaml"), text));
    }

    private static void assertInvalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable work, String message) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SETTINGS))
                .hasMessageContaining(message);
    }
}
