package dev.floe.gateway.write;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.gateway.GatewayCounters;
import dev.floe.gateway.convert.BatchConverter;
import dev.floe.gateway.convert.Converted;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.gateway.stream.StreamSession;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.log.LogToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Takes a batch from a caller to the log: checks, converts, splits, appends.
 *
 * <p>Everything but the append happens in the caller's thread, and all entries are encoded before the first is
 * appended, so that a batch refused as a whole leaves nothing behind. Few rows are exempt, which always fit: they are
 * encoded with those of others. Calls of one thread reach the log in order. Of a batch that has a stream, rows that the
 * stream has already are left out. See {@link Coalescer}.
 */
public final class BatchWriter {
    private final Tables tables;
    private final BatchConverter converter;
    private final int entryBytesMax;
    private final Coalescer coalescer;
    private final DiskWatermark disk;
    private final GatewayCounters counters;
    private final Map<UUID, AtomicInteger> nextBucket = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean stopped;

    public BatchWriter(
            Tables tables,
            BatchConverter converter,
            int entryBytesMax,
            Coalescer coalescer,
            DiskWatermark disk,
            GatewayCounters counters) {
        this.tables = tables;
        this.converter = converter;
        this.entryBytesMax = entryBytesMax;
        this.coalescer = coalescer;
        this.disk = disk;
        this.counters = counters;
    }

    public GatewayCounters counters() {
        return counters;
    }

    /** Refuses all further batches with SHUTTING_DOWN. */
    public void stop() {
        stopped = true;
    }

    /** Batches that are being handled. */
    public int inFlight() {
        return inFlight.get();
    }

    /** What is said to those who come too late. */
    public static FloeException shuttingDown() {
        return new FloeException(ErrorCode.SHUTTING_DOWN, "the server is shutting down; nothing unanswered was stored")
                .advise("connect again and send the unanswered batches")
                .retryAfter(1_000);
    }

    /**
     * For callers that may write.
     *
     * <p>Completes when the batch is durable, or with a FloeException that says why not; any other exception is a bug,
     * and completes it too, so that what callers hold for the batch is given back in one place.
     */
    public CompletableFuture<Stored> write(Principal principal, BatchRequest request) {
        inFlight.incrementAndGet();
        CompletableFuture<Stored> answer;
        try {
            answer = append(principal, request);
        } catch (RuntimeException e) {
            counters.refusedBatch();
            answer = CompletableFuture.failedFuture(e);
        } catch (Error e) {
            counters.refusedBatch();
            inFlight.decrementAndGet();
            throw e;
        }
        return answer.whenComplete((stored, failure) -> inFlight.decrementAndGet());
    }

    private CompletableFuture<Stored> append(Principal principal, BatchRequest request) {
        if (stopped) {
            throw shuttingDown();
        }
        disk.check();
        SchemaChoice choice = SchemaChoice.of(tables, table(principal, request.table()), request.schemaVersion());
        TableDefinition table = choice.table();
        StreamSession session = request.session();
        if (session != null) {
            requireStream(session, table);
            session.admit(request.offset(), 0);
        }
        Converted converted = choice.forward(converter.convert(choice.target(), request.batch()));
        counters.read(converted.rowsReceived());
        long end = request.offset() + converted.rowsReceived();
        int before = session == null ? 0 : session.admit(request.offset(), converted.rowsReceived());
        if (session != null && before == converted.rowsReceived()) {
            return alreadyStored(session, end, before, table);
        }
        Entries entries = new Entries(table, entryBytesMax, coalescer, session, request.offset());
        long kept = 0;
        for (Converted.Part each : converted.parts()) {
            Converted.Part part = each.from(before);
            kept += part.batch().rowCount();
            if (table.keyFieldIds().isEmpty()) {
                spread(entries, table, part);
            } else if (part.batch().rowCount() > 0) {
                BucketFunction function = BucketFunction.of(table.schema(), table.keyFieldIds(), table.buckets());
                entries.addKeyed(part, function);
            }
        }
        if (session != null) {
            session.requireNewest();
        }
        List<FloeException> errors = merged(converted.errors(), entries.errors());
        long refused = converted.rowsRefused() + entries.rowsRefused();
        if (refused > 0 && table.badRows() == BadRowPolicy.REJECT_BATCH) {
            counters.refusedRows(converted.rowsReceived());
            throw rejected(errors.get(0), refused);
        }
        counters.refusedRows(refused);
        long rows = converted.rowsReceived();
        long good = kept - entries.rowsRefused();
        counters.repeatedRows(rows - refused - good);
        CompletableFuture<LogToken> appended = append(table, entries.entries(), good, session);
        CompletableFuture<LogToken> durable = session == null ? appended : session.ack(end, appended);
        return durable.thenApply(token -> new Stored(good, refused, errors, token, table.schemaVersion(), rows, false));
    }

    private static void requireStream(StreamSession session, TableDefinition table) {
        if (!session.name().tableId().equals(table.id())) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT,
                            "the stream '" + session.name().name() + "' is of another table than '"
                                    + table.name().table() + "'")
                    .at("table")
                    .advise("open a call for each stream");
        }
    }

    private CompletableFuture<Stored> alreadyStored(StreamSession session, long end, long rows, TableDefinition table) {
        counters.repeatedRows(rows);
        counters.storedBatch(0);
        return session.acked(end)
                .thenApply(token -> new Stored(0, 0, List.of(), token, table.schemaVersion(), rows, true));
    }

    /** Rows of an append table: a batch to a bucket in turn, those of a stream where its offsets say. */
    private void spread(Entries entries, TableDefinition table, Converted.Part part) {
        if (entries.hasStream()) {
            entries.addStreamed(part);
        } else {
            entries.addUnkeyed(part, () -> nextBucket(table));
        }
    }

    private TableDefinition table(Principal principal, String name) {
        if (name.isEmpty()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the request names no table")
                    .advise("name the table in a stream's first request");
        }
        return tables.find(new TableName(principal.tenant(), name))
                .orElseThrow(() -> new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no table '" + name + "'")
                        .advise("list the tables to see their names, or create it"));
    }

    private int nextBucket(TableDefinition table) {
        return Math.floorMod(
                nextBucket
                        .computeIfAbsent(table.id(), id -> new AtomicInteger())
                        .getAndIncrement(),
                table.buckets());
    }

    private static List<FloeException> merged(List<FloeException> first, List<FloeException> second) {
        if (second.isEmpty()) {
            return first;
        }
        List<FloeException> all = new ArrayList<>(first);
        all.addAll(second);
        all.sort((a, b) -> Long.compare(a.row(), b.row()));
        return all.subList(0, Math.min(all.size(), BatchConverter.ROW_ERRORS_MAX));
    }

    private static FloeException rejected(FloeException first, long refused) {
        return new FloeException(
                        ErrorCode.BATCH_REJECTED,
                        "nothing was stored: " + refused + " bad rows, the first: " + first.message())
                .at(first.fieldPath())
                .inRow(first.row())
                .advise(first.action());
    }

    private CompletableFuture<LogToken> append(
            TableDefinition table, List<Entries.Entry> entries, long rows, @Nullable StreamSession session) {
        List<CompletableFuture<Place>> places = new ArrayList<>(entries.size());
        for (Entries.Entry entry : entries) {
            CompletableFuture<Place> place = entry.rows().append();
            if (session != null) {
                session.hand(entry.bucket(), entry.lastOffset(), place.thenApply(Place::offset));
            }
            places.add(place);
        }
        return CompletableFuture.allOf(places.toArray(CompletableFuture[]::new)).handle((nothing, failure) -> {
            if (failure != null) {
                counters.failedBatch(rows);
                throw failed(places);
            }
            counters.storedBatch(rows);
            Map<Integer, Long> offsets = new TreeMap<>();
            for (CompletableFuture<Place> place : places) {
                offsets.merge(place.join().bucket(), place.join().offset(), Math::max);
            }
            return new LogToken(table.id(), offsets);
        });
    }

    /** A batch of which some entries are in the log, or may be, has an unknown outcome as a whole. */
    private static FloeException failed(List<CompletableFuture<Place>> entries) {
        FloeException unknown = null;
        FloeException unwritten = null;
        boolean someWritten = false;
        for (CompletableFuture<Place> entry : entries) {
            FloeException failure = failureOf(entry);
            if (failure == null) {
                someWritten = true;
            } else if (failure.code().kind() == ErrorKind.UNAVAILABLE) {
                unwritten = failure;
            } else {
                unknown = failure;
            }
        }
        if (unknown != null) {
            return unknown;
        }
        if (unwritten != null && !someWritten) {
            return unwritten;
        }
        return new FloeException(
                        ErrorCode.OUTCOME_UNKNOWN, "the log took only a part of the batch before it failed", unwritten)
                .advise("see which rows arrived, or write to an upsert table, before sending the batch again");
    }

    private static @Nullable FloeException failureOf(CompletableFuture<Place> entry) {
        try {
            entry.join();
            return null;
        } catch (CompletionException e) {
            return e.getCause() instanceof FloeException known
                    ? known
                    : new FloeException(ErrorCode.OUTCOME_UNKNOWN, "the log failed", e);
        }
    }
}
