package dev.floe.catalog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Secret;
import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.NotFoundException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What settings of S3 are taken, and what a server's errors become. */
class S3SettingsTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void settingsSayAllThatAClientNeeds() {
        assertThat(read(Map.of()).hasKeys()).isFalse();
        assertThat(read(Map.of())).isEqualTo(S3Settings.NONE);
        S3Settings all = read(Map.of(
                "catalog.s3-endpoint", "http://minio:9000",
                "catalog.s3-region", "eu-central-1",
                "catalog.s3-path-style", "true",
                "catalog.s3-access-key", "floe",
                "catalog.s3-secret-key", "hidden"));
        assertThat(all)
                .isEqualTo(new S3Settings(
                        "http://minio:9000", "eu-central-1", true, new Secret("floe"), new Secret("hidden")));
        assertThat(all.toString()).doesNotContain("hidden");
    }

    @Test
    void mistakesAreToldTogether() {
        assertThatThrownBy(() -> read(Map.of("catalog.s3-endpoint", "minio:9000", "catalog.s3-access-key", "floe")))
                .hasMessageContaining("catalog.s3-endpoint")
                .hasMessageContaining("catalog.s3-secret-key");
    }

    @Test
    void aLocationIsABucketAndAPrefix() {
        assertThat(S3Location.parse("s3://floe/tables/a/")).isEqualTo(Optional.of(new S3Location("floe", "tables/a")));
        assertThat(new S3Location("floe", "tables/a")).hasToString("s3://floe/tables/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://floe", "s3://floe/", "s3:/floe/a", "s3://floe//a", "s3a://floe/a", "s3://flo e/a"})
    void aWarehouseThatIsNoneIsRefused(String warehouse) {
        assertThatThrownBy(() -> SqlCatalog.open(settings(warehouse, S3Settings.NONE)))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SETTINGS));
    }

    @Test
    void aServerThatIsNotThereIsToldAtTheStart() {
        S3Settings none = new S3Settings("http://127.0.0.1:1", "", true, new Secret("floe"), new Secret("hidden"));
        assertThatThrownBy(() -> SqlCatalog.open(settings("s3://floe/tables", none)))
                .isInstanceOfSatisfying(FloeException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_UNUSABLE);
                    assertThat(e.message()).contains("catalog.warehouse: s3://floe/tables at http://127.0.0.1:1");
                    assertThat(e.action()).contains("catalog.s3-endpoint");
                });
    }

    @Test
    void onlyAnAnswerThatAFileIsNotThereSaysSo() {
        assertThat(S3Errors.translate("s3://floe/a", answer(404, "NoSuchKey"))).isInstanceOf(NotFoundException.class);
        assertUnavailable(answer(404, "NoSuchBucket"));
        assertUnavailable(answer(403, "AccessDenied"));
        assertUnavailable(answer(503, "SlowDown"));
        assertUnavailable(SdkClientException.create("no route to host"));
        assertUnavailable(new IOException("reset"));
        RuntimeException ours = new FloeException(ErrorCode.DATA_UNREADABLE, "known");
        assertThat(S3Errors.translate("s3://floe/a", ours)).isSameAs(ours);
    }

    @Test
    void aFileThatEndsTooSoonIsNoOutage() {
        assertThat(S3Errors.translate("s3://floe/a", answer(416, "InvalidRange")))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(S3Errors.translate("s3://floe/a", new EOFException())).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void whatIsWrongAtTheStartNamesItsSetting() {
        assertThat(unusable(answer(404, "NoSuchBucket")).action()).contains("catalog.warehouse");
        assertThat(unusable(answer(403, "SignatureDoesNotMatch")).action()).contains("catalog.s3-secret-key");
        assertThat(unusable(answer(301, "PermanentRedirect")).action()).contains("catalog.s3-region");
    }

    private static void assertUnavailable(Exception failure) {
        assertThat(S3Errors.translate("s3://floe/a", failure))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
    }

    private static FloeException unusable(S3Exception answer) {
        return S3Errors.unusable("s3://floe/tables", "http://minio:9000", answer);
    }

    private static S3Exception answer(int status, String code) {
        AwsErrorDetails details = AwsErrorDetails.builder()
                .errorCode(code)
                .errorMessage("so it says")
                .build();
        return (S3Exception) S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(details)
                .build();
    }

    private CatalogSettings settings(String warehouse, S3Settings s3) {
        return new CatalogSettings("jdbc:sqlite:" + folder.resolve("catalog.db"), "", new Secret(""), warehouse, s3);
    }

    private static S3Settings read(Map<String, String> values) {
        SettingsReader reader = new SettingsReader(new Settings(values));
        S3Settings read = S3Settings.read(reader);
        reader.finish();
        return read;
    }
}
