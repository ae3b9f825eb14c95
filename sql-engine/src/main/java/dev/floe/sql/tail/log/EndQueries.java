package dev.floe.sql.tail.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.tail.LogEnds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers where the log ends, once for all who ask at about the same time.
 *
 * <p>Whoever asks while a question is out is answered by the next one, which begins after they asked.
 */
final class EndQueries implements LogEnds, Runnable {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    @GuardedBy("this")
    private @Nullable CompletableFuture<long[]> asked;

    @GuardedBy("this")
    private boolean closed;

    /** The consumer is this one's alone; its partitions are in order. */
    EndQueries(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        this.consumer = consumer;
        this.partitions = List.copyOf(partitions);
    }

    @Override
    public synchronized CompletableFuture<long[]> ends() {
        if (closed) {
            return CompletableFuture.failedFuture(unavailable("the server stops", null));
        }
        CompletableFuture<long[]> pending = asked;
        if (pending == null) {
            pending = new CompletableFuture<>();
            asked = pending;
            notifyAll();
        }
        return pending;
    }

    /** Answers until {@link #close}. */
    @Override
    public void run() {
        CompletableFuture<long[]> question = next();
        while (question != null) {
            try {
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER_MAX);
                question.complete(partitions.stream()
                        .mapToLong(partition -> ends.getOrDefault(partition, 0L))
                        .toArray());
            } catch (KafkaException e) {
                question.completeExceptionally(unavailable("the brokers do not say where the log ends", e));
            }
            question = next();
        }
        consumer.close();
    }

    synchronized void close() {
        closed = true;
        if (asked != null) {
            asked.completeExceptionally(unavailable("the server stops", null));
        }
        notifyAll();
    }

    private synchronized @Nullable CompletableFuture<long[]> next() {
        while (asked == null && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                closed = true;
                Thread.currentThread().interrupt();
            }
        }
        CompletableFuture<long[]> question = closed ? null : asked;
        asked = null;
        return question;
    }

    private static FloeException unavailable(String what, @Nullable Exception cause) {
        return new FloeException(ErrorCode.LOG_UNAVAILABLE, what, cause).advise("try again, or read what is committed");
    }
}
