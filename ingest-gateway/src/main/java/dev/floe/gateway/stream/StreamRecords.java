package dev.floe.gateway.stream;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The streams over a log of records that a gateway writes and reads back.
 *
 * <p>{@link #apply} is to be called with every record of the log in its order, by one thread; it answers what this
 * gateway asked, so its callers' futures complete on that thread.
 */
public final class StreamRecords {
    private static final int STREAMS_MAX = 1_000_000;
    private static final int FORGET_EVERY = 1 << 16;
    private static final int EPOCH_RANDOM_BITS = 16;
    private static final UUID NOWHERE = new UUID(0, 0);

    private final StreamTable table = new StreamTable();
    private final long lifetimeMillis;
    private final int streamsMax;
    private final Sender sender;
    private final long self;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong tickets = new AtomicLong();
    private final Map<Long, CompletableFuture<Read>> asked = new ConcurrentHashMap<>();
    private final Map<LogKey, Long> offsets = new ConcurrentHashMap<>();
    private volatile int log = StreamRecord.NO_LOG;
    private long applied;

    /** A record to be appended; those of one {@code stream} must stay in order. */
    public interface Outgoing {
        /** The stream, or what stands for it in the order of records. */
        Object stream();

        byte[] key();

        byte[] value();
    }

    /** Appends records; fails the answer of one that can't be appended, and else leaves it. */
    public interface Sender {
        void send(Outgoing record, CompletableFuture<?> answer);
    }

    /** What a record of this gateway found when it was read back. */
    private record Read(boolean accepted, StreamPosition position) {}

    public StreamRecords(Duration lifetime, Sender sender) {
        this(lifetime, STREAMS_MAX, sender);
    }

    StreamRecords(Duration lifetime, int streamsMax, Sender sender) {
        this.lifetimeMillis = lifetime.toMillis();
        this.streamsMax = streamsMax;
        this.sender = sender;
        this.self = random.nextLong();
    }

    /** Takes a record of the log; false where the bytes are none. */
    public boolean apply(byte[] key, byte[] value, long millis) {
        Optional<StreamRecord> decoded = StreamRecord.decode(key, value);
        if (decoded.isEmpty()) {
            return false;
        }
        StreamRecord record = decoded.get();
        boolean marker = record.place().name().isEmpty();
        @Nullable
        StreamName name = marker
                ? null
                : new StreamName(record.place().tableId(), record.place().name());
        boolean ofLog = log != StreamRecord.NO_LOG && record.log() == log;
        // offsets of another log say nothing of this one, and must not be written down as this one's
        StreamPosition position = ofLog || log == StreamRecord.NO_LOG
                ? record.position()
                : new StreamPosition(
                        record.position().epoch(), record.position().next(), Map.of());
        boolean accepted = name == null || table.apply(name, position, millis);
        if (name != null && ofLog) {
            position.offsets()
                    .forEach((bucket, offset) -> offsets.merge(new LogKey(name.tableId(), bucket), offset, Math::max));
        }
        if (++applied % FORGET_EVERY == 0) {
            table.forget(lifetimeMillis);
        }
        CompletableFuture<Read> answer = record.sender() == self ? asked.remove(record.ticket()) : null;
        if (answer != null) {
            answer.complete(new Read(accepted, name == null ? StreamPosition.UNKNOWN : table.position(name)));
        }
        return true;
    }

    /** Which log positions are of, from now on; to be called before the first record is applied. */
    public void follow(LogId id) {
        log = id.topicId().hashCode();
    }

    /** See {@link StreamLog#offsets}. */
    public Map<LogKey, Long> offsets() {
        return Map.copyOf(offsets);
    }

    /** See {@link StreamLog#position}. */
    public CompletableFuture<StreamPosition> position(StreamName stream) {
        return write(stream, new StreamRecord.StreamPlace(NOWHERE, ""), StreamPosition.UNKNOWN)
                .thenApply(read -> table.position(stream));
    }

    /** See {@link StreamLog#claim}. */
    public CompletableFuture<StreamPosition> claim(StreamName stream) {
        // one that is known takes no more room, and its writer has rows to go on with
        if (!table.isKnown(stream) && table.size() >= streamsMax) {
            return CompletableFuture.failedFuture(
                    tooMany("there are " + table.size() + " streams already, " + streamsMax + " are allowed"));
        }
        long epoch = epochAfter(table.position(stream).epoch());
        StreamPosition claim = new StreamPosition(epoch, StreamTable.CLAIM, Map.of());
        return write(stream, place(stream), claim).thenCompose(read -> {
            if (!read.accepted()) {
                throw StreamSession.fenced(stream);
            }
            StreamPosition begin = new StreamPosition(
                    epoch, read.position().next(), read.position().offsets());
            return advance(stream, begin).thenApply(accepted -> {
                if (!accepted) {
                    throw StreamSession.fenced(stream);
                }
                return begin;
            });
        });
    }

    static FloeException tooMany(String message) {
        return new FloeException(ErrorCode.OVERLOADED, message)
                .advise("write with streams that last instead of a new one each time");
    }

    /** See {@link StreamLog#streamCount()}. */
    public int streamCount() {
        return table.size();
    }

    /** See {@link StreamLog#streamCount(UUID)}. */
    public int streamCount(UUID tableId) {
        return table.size(tableId);
    }

    /** See {@link StreamLog#claimed}. */
    public long claimed(StreamName stream) {
        return table.position(stream).epoch();
    }

    /** See {@link StreamLog#advance}. */
    public CompletableFuture<Boolean> advance(StreamName stream, StreamPosition to) {
        return write(stream, place(stream), to).thenApply(Read::accepted);
    }

    /** Fails whatever was asked and not answered. */
    public void fail(FloeException failure) {
        asked.values().forEach(answer -> answer.completeExceptionally(failure));
        asked.clear();
    }

    private static StreamRecord.StreamPlace place(StreamName stream) {
        return new StreamRecord.StreamPlace(stream.tableId(), stream.name());
    }

    /** Rises with time, also where streams were forgotten, and differs between gateways of the same moment. */
    private long epochAfter(long known) {
        long now = (System.currentTimeMillis() << EPOCH_RANDOM_BITS) | random.nextInt(1 << EPOCH_RANDOM_BITS);
        return Math.max(now, known + 1);
    }

    private CompletableFuture<Read> write(StreamName order, StreamRecord.StreamPlace place, StreamPosition position) {
        long ticket = tickets.incrementAndGet();
        StreamRecord record = new StreamRecord(place, self, ticket, position, log);
        CompletableFuture<Read> answer = new CompletableFuture<>();
        asked.put(ticket, answer);
        CompletableFuture<Read> kept = answer.whenComplete((read, failure) -> asked.remove(ticket));
        sender.send(
                new Outgoing() {
                    @Override
                    public Object stream() {
                        return order;
                    }

                    @Override
                    public byte[] key() {
                        return record.key();
                    }

                    @Override
                    public byte[] value() {
                        return record.value();
                    }
                },
                answer);
        return kept;
    }
}
