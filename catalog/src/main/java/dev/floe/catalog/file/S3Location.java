package dev.floe.catalog.file;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A bucket and a prefix in it; {@code prefix} has no slash at either end. */
public record S3Location(String bucket, String prefix) {
    // Amazon's rules for names, loosened to what other servers take
    private static final Pattern LOCATION =
            Pattern.compile("s3://([a-zA-Z0-9][a-zA-Z0-9._-]{1,254})/([a-zA-Z0-9._=-]+(?:/[a-zA-Z0-9._=-]+)*)/*");

    /** Reads {@code s3://bucket/prefix}; empty where it is no such text. */
    public static Optional<S3Location> parse(String text) {
        Matcher location = LOCATION.matcher(text);
        return location.matches()
                ? Optional.of(new S3Location(location.group(1), location.group(2)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }
}
