package dev.floe.jobs.ingest;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;

/** Asks the brokers for the identity of the log. */
final class LogIdentity {
    private static final int SECONDS_MAX = 30;

    private LogIdentity() {}

    /** Throws LOG_UNAVAILABLE. */
    static LogId of(LogSettings log) {
        Map<String, Object> settings = Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, log.bootstrapServers());
        try (Admin admin = Admin.create(settings)) {
            String cluster = admin.describeCluster().clusterId().get(SECONDS_MAX, TimeUnit.SECONDS);
            TopicDescription topic = Objects.requireNonNull(admin.describeTopics(List.of(log.topic()))
                    .allTopicNames()
                    .get(SECONDS_MAX, TimeUnit.SECONDS)
                    .get(log.topic()));
            return new LogId(cluster, topic.topicId().toString());
        } catch (ExecutionException | TimeoutException e) {
            throw new FloeException(ErrorCode.LOG_UNAVAILABLE, "the brokers do not say what log they have", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "interrupted while asking for the log", e);
        }
    }
}
