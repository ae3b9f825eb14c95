package dev.floe.it.chaos;

import dev.floe.client.FloeClient;
import dev.floe.client.TableInfo;
import dev.floe.client.TableSuspension;
import dev.floe.core.error.FloeException;
import dev.floe.it.RawCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/**
 * F35 to F37: log and tables no longer fit together. The tables concerned stop with the error of that name, and go on
 * with nothing lost once what was taken away is back.
 *
 * <p>The clients have ended when one of these begins, and may be started again after it.
 */
final class LostGround {
    private static final Duration SUSPENDED_MAX = Duration.ofMinutes(2);
    private static final Duration TRAFFIC = Duration.ofSeconds(2);
    private static final Duration SETTLED_MAX = Duration.ofMinutes(2);
    private static final int NOTIFICATIONS = 1_000_000;

    private final Installation floe;
    private final Workload workload;
    private final Journal journal;
    private final SplittableRandom random;
    private final Path folder;

    LostGround(Installation floe, Workload workload, Journal journal, SplittableRandom random, Path folder) {
        this.floe = floe;
        this.workload = workload;
        this.journal = journal;
        this.random = random;
        this.folder = folder;
    }

    void act(Fault fault) throws IOException {
        boolean done = switch (fault) {
            case RETENTION_GAP -> loseOldEntries();
            case LOG_WIPED -> wipeLog();
            case TABLE_SWAPPED -> swapTable();
            default -> throw new IllegalArgumentException("nothing is lost by " + fault);
        };
        journal.write("fault", "fault", fault.name(), "row", fault.row(), "place", "", "done", done);
        if (!done) {
            journal.write("violation", "what", fault + " has no tables suspended with its error");
        }
    }

    /** The log begins after what the tables need next. */
    private boolean loseOldEntries() throws IOException {
        floe.order("lose committer.notification " + NOTIFICATIONS);
        traffic();
        stopAll();
        DataDamage.delete(floe.checkpoints());
        Path kept = folder.resolve("kept-log");
        DataDamage.delete(kept);
        DataDamage.copy(log(), kept);
        try (LoneBroker broker = LoneBroker.start(log(), floe.brokers())) {
            deleteRecords();
        }
        floe.startStandalone();
        boolean suspended = areSuspended("RETENTION_GAP", List.of(Columns.EVENTS, Columns.STATE));
        bringBack(kept);
        return suspended;
    }

    /** Another log is in the place of the one that the tables' offsets are of. */
    private boolean wipeLog() throws IOException {
        stopAll();
        Path kept = folder.resolve("kept-log");
        DataDamage.delete(kept);
        Files.move(log(), kept);
        floe.startStandalone();
        boolean suspended = areSuspended("TOPIC_RESET", List.of(Columns.EVENTS, Columns.STATE));
        bringBack(kept);
        return suspended;
    }

    private void bringBack(Path kept) throws IOException {
        floe.killStandalone();
        DataDamage.delete(log());
        Files.move(kept, log());
        floe.startStandalone();
        floe.startGateway();
        resume(List.of(Columns.EVENTS, Columns.STATE));
    }

    /** Someone drops a table and makes another of its name; the other table goes on. */
    private boolean swapTable() {
        String metadata = RawCatalog.swap(floe.data(), Columns.EVENTS);
        traffic();
        boolean suspended = areSuspended("TABLE_CHANGED", List.of(Columns.EVENTS));
        try (FloeClient client = workload.client()) {
            suspended &= suspension(client, Columns.STATE).isEmpty();
        }
        RawCatalog.swapBack(floe.data(), Columns.EVENTS, metadata);
        resume(List.of(Columns.EVENTS));
        return suspended;
    }

    private Path log() {
        return floe.data().resolve("kafka");
    }

    private void traffic() {
        workload.startWriters();
        LockSupport.parkNanos(TRAFFIC.toNanos() + random.nextInt(1_000_000));
        if (!workload.settle(SETTLED_MAX)) {
            journal.write("violation", "what", "clients do not get their acks while tables are suspended");
        }
    }

    private void stopAll() {
        floe.killStandalone();
        floe.killGateway();
    }

    private boolean areSuspended(String code, List<String> tables) {
        Map<String, String> seen = new HashMap<>();
        boolean all = Installation.within(SUSPENDED_MAX, () -> {
            try (FloeClient client = workload.client()) {
                tables.forEach(table -> seen.put(table, suspension(client, table)));
            } catch (FloeException e) {
                return false;
            }
            return tables.stream().allMatch(table -> code.equals(seen.get(table)));
        });
        journal.write("suspended", "code", code, "seen", seen);
        return all;
    }

    private static String suspension(FloeClient client, String table) {
        TableInfo info = client.catalog().describeTable("", table);
        return info.suspension().map(TableSuspension::code).orElse("");
    }

    private void resume(List<String> tables) {
        try (FloeClient client = workload.client()) {
            tables.forEach(table -> client.catalog().resumeTable("", table, ""));
        }
    }

    private void deleteRecords() {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, floe.brokers()))) {
            Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
            admin.describeTopics(List.of("floe.log"))
                    .allTopicNames()
                    .get(1, TimeUnit.MINUTES)
                    .values()
                    .forEach(topic -> topic.partitions()
                            .forEach(partition -> partitions.put(
                                    new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest())));
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            admin.listOffsets(partitions)
                    .all()
                    .get(1, TimeUnit.MINUTES)
                    .forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end.offset())));
            admin.deleteRecords(all).all().get(1, TimeUnit.MINUTES);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the log's entries can't be deleted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
