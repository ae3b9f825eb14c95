package dev.floe.it.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3Proxy over memory, with one bucket, that writes down what is read of it. */
final class S3Server implements AutoCloseable {
    static final String BUCKET = "floe";
    static final String ACCESS_KEY = "the-key";
    static final String SECRET_KEY = "the-secret";

    private final Noting store = new Noting(new TransientNio2BlobStore());
    private final S3Proxy server;

    /** An object that was read: whole where the range is empty, or begins at the object's first byte and is open. */
    record Read(String key, String range) {
        boolean isWhole() {
            return range.isEmpty() || range.equals("bytes=0-");
        }

        boolean isOpen() {
            return range.isEmpty() || range.endsWith("-");
        }
    }

    private static final class Noting extends ForwardingBlobStore {
        private final Queue<Read> reads = new ConcurrentLinkedQueue<>();

        Noting(BlobStore store) {
            super(store);
        }

        @Override
        public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
            reads.add(new Read(request.key(), request.range() == null ? "" : request.range()));
            return super.getBlob(request);
        }
    }

    S3Server() throws Exception {
        store.createContainer(BUCKET);
        server = S3Proxy.builder()
                .blobStore(store)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                .build();
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** Reads since the last call, of objects whose names end so. */
    List<Read> reads(String suffix) {
        List<Read> all = new ArrayList<>();
        for (Read read = store.reads.poll(); read != null; read = store.reads.poll()) {
            if (read.key().endsWith(suffix)) {
                all.add(read);
            }
        }
        return all;
    }

    /** Names of objects that end so. */
    List<String> keys(String suffix) {
        return store.list(BUCKET).contents().stream()
                .map(S3Object::key)
                .filter(key -> key.endsWith(suffix))
                .toList();
    }

    /** Turns a bit in the middle of an object's first half. */
    void damage(String key) throws IOException {
        byte[] bytes;
        try (ResponseInputStream<GetObjectResponse> in = store.getBlob(BUCKET, key)) {
            bytes = in.readAllBytes();
        }
        bytes[bytes.length / 4] ^= 1;
        store.putBlob(
                PutObjectRequest.builder()
                        .bucket(BUCKET)
                        .key(key)
                        .contentLength((long) bytes.length)
                        .build(),
                new ByteArrayInputStream(bytes));
    }

    @Override
    public void close() throws Exception {
        server.stop();
        store.close();
    }
}
