package dev.floe.sql.tail.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.FloeException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EndQueriesTest {
    private static final TopicPartition PARTITION = new TopicPartition("log", 0);

    /** Looks where the log ends, then answers when it may. */
    private static final class SlowBroker extends MockConsumer<byte[], byte[]> {
        private final AtomicLong end = new AtomicLong();
        private final Semaphore questions = new Semaphore(0);
        private final Semaphore answers = new Semaphore(0);
        private volatile boolean failing;

        private SlowBroker() {
            super("earliest");
        }

        @Override
        public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
            long now = end.get();
            questions.release();
            answers.acquireUninterruptibly();
            if (failing) {
                throw new KafkaException("the brokers are away");
            }
            return Map.of(PARTITION, now);
        }
    }

    private final SlowBroker broker = new SlowBroker();
    private final EndQueries ends = new EndQueries(broker, List.of(PARTITION));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Future<?> running;

    @BeforeEach
    void run() {
        running = threads.submit(ends);
    }

    @AfterEach
    void stop() throws Exception {
        broker.answers.release(100);
        ends.close();
        running.get(10, TimeUnit.SECONDS);
        threads.shutdownNow();
    }

    private CompletableFuture<long[]> ask() {
        return CompletableFuture.supplyAsync(() -> ends.ends().join(), threads);
    }

    @Test
    void whoAsksWhileAQuestionIsOutIsAnsweredByALaterOne() throws Exception {
        broker.end.set(5);
        CompletableFuture<long[]> first = ask();
        broker.questions.acquire();
        broker.end.set(8);
        CompletableFuture<long[]> second = ends.ends();
        CompletableFuture<long[]> third = ends.ends();
        broker.answers.release();
        assertThat(first.get()).containsExactly(5);
        broker.questions.acquire();
        assertThat(second).isNotDone();
        broker.answers.release();
        assertThat(second.get()).containsExactly(8);
        assertThat(third.get()).containsExactly(8);
        assertThat(broker.questions.availablePermits()).isZero();
    }

    @Test
    void aQuestionThatFailsIsNotTheLast() throws Exception {
        broker.failing = true;
        broker.answers.release();
        CompletableFuture<long[]> failed = ends.ends();
        assertThatThrownBy(failed::get).hasCauseInstanceOf(FloeException.class);
        broker.failing = false;
        broker.end.set(3);
        broker.answers.release();
        assertThat(ends.ends().get()).containsExactly(3);
    }

    @Test
    void whoWaitsWhenItIsClosedIsTold() throws Exception {
        CompletableFuture<long[]> first = ask();
        broker.questions.acquire();
        CompletableFuture<long[]> waiting = ends.ends();
        ends.close();
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(FloeException.class);
        broker.answers.release();
        assertThat(first.get()).containsExactly(0);
        assertThatThrownBy(() -> ends.ends().get()).hasCauseInstanceOf(FloeException.class);
    }
}
