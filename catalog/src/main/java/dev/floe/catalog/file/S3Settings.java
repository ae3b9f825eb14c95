package dev.floe.catalog.file;

import dev.floe.core.settings.Secret;
import dev.floe.core.settings.SettingsReader;
import java.io.Serializable;
import java.net.URI;

/**
 * How a server with S3's API is reached.
 *
 * <p>What is empty is found as the AWS SDK finds it: in the environment, a profile, or at the instance's metadata
 * service. With an endpoint of its own, a region matters to signatures only and is {@code us-east-1} where none is
 * given.
 */
public record S3Settings(String endpoint, String region, boolean pathStyle, Secret accessKey, Secret secretKey)
        implements Serializable {
    /** Amazon's, with all that the SDK finds by itself. */
    public static final S3Settings NONE = new S3Settings("", "", false, new Secret(""), new Secret(""));

    public static S3Settings read(SettingsReader settings) {
        S3Settings read = new S3Settings(
                settings.text(
                        "catalog.s3-endpoint",
                        "",
                        "URL of a server with S3's API, such as http://minio:9000; empty for Amazon's own"),
                settings.text("catalog.s3-region", "", "Region of the bucket; empty for that of the environment"),
                settings.flag("catalog.s3-path-style", false, "Bucket in the path of requests, not in the host's name"),
                settings.secret("catalog.s3-access-key", "", "Access key for S3; empty for AWS's own chain"),
                settings.secret("catalog.s3-secret-key", "", "Secret of catalog.s3-access-key"));
        if (!read.endpoint.isEmpty() && !isUrl(read.endpoint)) {
            settings.mistake("catalog.s3-endpoint", "'" + read.endpoint + "' is no http: or https: URL");
        }
        if (read.accessKey.value().isEmpty() != read.secretKey.value().isEmpty()) {
            settings.mistake("catalog.s3-access-key", "it and catalog.s3-secret-key are given both, or neither");
        }
        return read;
    }

    boolean hasKeys() {
        return !accessKey.value().isEmpty();
    }

    private static boolean isUrl(String text) {
        try {
            URI url = URI.create(text);
            return url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
