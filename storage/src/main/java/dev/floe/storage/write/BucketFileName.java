package dev.floe.storage.write;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.UUID;

/** Names of a bucket's files, such as {@code b00003-7-42-<uuid>.parquet}: bucket, epoch, checkpoint. */
public final class BucketFileName {
    private BucketFileName() {}

    /** What the names of a bucket's files begin with. */
    public static String prefix(int bucket) {
        return String.format(Locale.ROOT, "b%05d-", bucket);
    }

    /** True where the file at a location is of the bucket. */
    public static boolean isOf(String location, int bucket) {
        return location.startsWith(prefix(bucket), location.lastIndexOf('/') + 1);
    }

    /** True where the file at a location has a name that a bucket writer gives. */
    public static boolean isFloes(String location) {
        int name = location.lastIndexOf('/') + 1;
        int dash = location.indexOf('-', name);
        return location.startsWith("b", name)
                && dash > name + 1
                && location.chars().skip(name + 1).limit(dash - name - 1).allMatch(c -> c >= '0' && c <= '9');
    }

    /** The bucket of the file at a location, or empty where its name is not one that a bucket writer gives. */
    public static OptionalInt bucket(String location) {
        int name = location.lastIndexOf('/') + 1;
        return isFloes(location)
                ? OptionalInt.of(Integer.parseInt(location, name + 1, location.indexOf('-', name), 10))
                : OptionalInt.empty();
    }

    static String data(int bucket, long epoch, long sequence) {
        return stem(bucket, epoch, sequence) + ".parquet";
    }

    static String vectors(int bucket, long epoch, long sequence) {
        return stem(bucket, epoch, sequence) + "-deletes.puffin";
    }

    private static String stem(int bucket, long epoch, long sequence) {
        return prefix(bucket) + epoch + "-" + sequence + "-" + UUID.randomUUID();
    }
}
