package dev.floe.gateway.write;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Concat;
import dev.floe.storage.column.Vector;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.stream.StreamRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** An entry on its way to the log, and whom to tell. */
sealed interface Outgoing {
    /** Bytes of an entry and the bucket it belongs to. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Encoded(int bucket, byte[] bytes) {}

    Encoded encode();

    void stored(Place place);

    void failed(Throwable failure);

    /** The entry of one large request. */
    final class Whole implements Outgoing {
        private final Encoded entry;
        private final CompletableFuture<Place> answer = new CompletableFuture<>();

        Whole(int bucket, byte[] bytes) {
            entry = new Encoded(bucket, bytes);
        }

        CompletableFuture<Place> answer() {
            return answer;
        }

        @Override
        public Encoded encode() {
            return entry;
        }

        @Override
        public void stored(Place place) {
            answer.complete(place);
        }

        @Override
        public void failed(Throwable failure) {
            answer.completeExceptionally(failure);
        }
    }

    /** Rows of several requests, in the order in which they came; guarded by its lane until it is sent. */
    final class Shared implements Outgoing {
        private final UUID tableId;
        private final List<SmallRows> parts = new ArrayList<>();
        private final List<CompletableFuture<Place>> answers = new ArrayList<>();
        private int rows;
        private long bytes;

        Shared(UUID tableId) {
            this.tableId = tableId;
        }

        boolean fits(SmallRows part, CoalesceSettings settings, long bytesMax) {
            return parts.isEmpty()
                    || (rows + part.batch().rowCount() <= settings.entryRows()
                            && bytes + part.bytes() <= bytesMax
                            && parts.get(0).matches(part));
        }

        boolean isFull(CoalesceSettings settings, long bytesMax) {
            return rows >= settings.entryRows() || bytes >= bytesMax;
        }

        CompletableFuture<Place> add(SmallRows part) {
            CompletableFuture<Place> answer = new CompletableFuture<>();
            parts.add(part);
            answers.add(answer);
            rows += part.batch().rowCount();
            bytes += part.bytes();
            return answer;
        }

        @Override
        public Encoded encode() {
            SmallRows first = parts.get(0);
            int bucket = first.bucket().getAsInt();
            ColumnBatch batch = parts.size() == 1 ? first.batch() : merged();
            // each part's block of its stream, in the order of the rows: the job tells them apart by it
            List<StreamRows> streams = parts.stream()
                    .map(SmallRows::stream)
                    .filter(Objects::nonNull)
                    .toList();
            parts.clear();
            return new Encoded(
                    bucket, LogEntryCodec.encode(new LogEntry(tableId, first.schemaVersion(), bucket, batch, streams)));
        }

        @Override
        public void stored(Place place) {
            answers.forEach(answer -> answer.complete(place));
        }

        @Override
        public void failed(Throwable failure) {
            answers.forEach(answer -> answer.completeExceptionally(failure));
        }

        private ColumnBatch merged() {
            byte[] operations = new byte[rows];
            int at = 0;
            for (SmallRows part : parts) {
                int count = part.batch().rowCount();
                System.arraycopy(part.batch().operations(), 0, operations, at, count);
                at += count;
            }
            List<Integer> fieldIds = parts.get(0).batch().fieldIds();
            List<Vector> columns = new ArrayList<>(fieldIds.size());
            for (int column = 0; column < fieldIds.size(); column++) {
                List<Vector> sources = new ArrayList<>(parts.size());
                for (SmallRows part : parts) {
                    sources.add(part.batch().columns().get(column));
                }
                columns.add(Concat.of(sources));
            }
            return new ColumnBatch(rows, fieldIds, columns, operations);
        }
    }
}
