package dev.floe.catalog.file;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotFoundException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What failures of an S3 server mean. */
final class S3Errors {
    private static final int NOT_FOUND = 404;
    private static final int RANGE_OUTSIDE = 416;
    private static final String NO_BUCKET = "NoSuchBucket";

    private S3Errors() {}

    /**
     * A file that is not there is Iceberg's NotFoundException, one that ends too soon an UncheckedIOException. All else
     * that a server or the way to it does is STORAGE_UNAVAILABLE: it says nothing of the file.
     */
    static RuntimeException translate(String location, Exception failure) {
        if (failure instanceof EOFException end) {
            return new UncheckedIOException("the file ends too soon: " + location, end);
        }
        if (failure instanceof AwsServiceException answer) {
            if (answer.statusCode() == NOT_FOUND && !NO_BUCKET.equals(code(answer))) {
                return new NotFoundException(answer, "No such file: %s", location);
            }
            if (answer.statusCode() == RANGE_OUTSIDE) {
                return new UncheckedIOException("the file ends too soon: " + location, new EOFException());
            }
        }
        if (failure instanceof SdkException
                || failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof ForbiddenException) {
            return new FloeException(
                            ErrorCode.STORAGE_UNAVAILABLE,
                            "S3 can't be used for " + location + ": " + reason(failure),
                            failure)
                    .advise("try again; an operator sees to the server, its keys and the network");
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    /** What is wrong with a bucket that can't be listed at the start, and which setting mends it. */
    static FloeException unusable(String location, String server, SdkException failure) {
        if (!(failure instanceof AwsServiceException answer)) {
            return unusable(
                    location,
                    "at " + server + " can't be reached: " + reason(failure),
                    "see catalog.s3-endpoint and catalog.s3-region, and that there are keys: catalog.s3-access-key, or"
                            + " those of AWS's own chain",
                    failure);
        }
        String code = code(answer);
        if (code.equals(NO_BUCKET) || answer.statusCode() == NOT_FOUND) {
            return unusable(
                    location,
                    "at " + server + " is in no bucket that exists (" + code + ")",
                    "make the bucket, or name another as catalog.warehouse",
                    failure);
        }
        if (answer.statusCode() / 100 == 3 || code.equals("AuthorizationHeaderMalformed")) {
            return unusable(
                    location,
                    "at " + server + " is in another region: " + reason(failure),
                    "set catalog.s3-region to the bucket's",
                    failure);
        }
        return unusable(
                location,
                "at " + server + " is refused: " + reason(failure),
                "see catalog.s3-access-key and catalog.s3-secret-key, and that the key may list, read, write and delete"
                        + " there",
                failure);
    }

    private static FloeException unusable(String location, String what, String advice, Exception cause) {
        return new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "catalog.warehouse: " + location + " " + what, cause)
                .advise(advice);
    }

    private static String code(AwsServiceException answer) {
        String code = answer.awsErrorDetails() == null
                ? null
                : answer.awsErrorDetails().errorCode();
        return code == null ? "status " + answer.statusCode() : code;
    }

    private static String reason(Exception failure) {
        if (failure instanceof AwsServiceException answer) {
            String message = answer.awsErrorDetails() == null
                    ? null
                    : answer.awsErrorDetails().errorMessage();
            return code(answer) + (message == null ? "" : ", " + message);
        }
        return String.valueOf(failure.getMessage());
    }
}
