package dev.floe.gateway;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableSuspensions;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.log.EntryLog;
import dev.floe.gateway.stream.StreamLog;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.commit.TableState;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds at a gateway's start that the log ends before what tables and streams remember of it: a power cut took what the
 * brokers had not written to disk, or they cut off what they could not read.
 *
 * <p>Invariants: no entry is written at or below an offset that a table counts as contained, or that a stream was acked
 * for; a table that certainly lost acked rows is suspended with LOG_TRUNCATED until a person accepts that; a job begins
 * anew, as its checkpoints may have passed what is written next.
 */
final class LostEntries {
    private static final Logger LOG = LoggerFactory.getLogger(LostEntries.class);

    private final Tables tables;
    private final TableSuspensions suspensions;
    private final EntryLog log;
    private final StreamLog streams;

    LostEntries(Tables tables, TableSuspensions suspensions, EntryLog log, StreamLog streams) {
        this.tables = tables;
        this.suspensions = suspensions;
        this.log = log;
        this.streams = streams;
    }

    /** To be called when both logs have started, before anything is written. */
    void look() {
        Map<UUID, TableDefinition> definitions = new HashMap<>();
        tables.listAll().forEach(table -> definitions.put(table.id(), table));
        Map<LogKey, Long> committed = committed(definitions.values());
        Map<LogKey, Long> acked = new HashMap<>(streams.offsets());
        // dropped since, or of a table whose offsets are of another log, which the job finds
        acked.keySet().removeIf(key -> !committed.containsKey(key));
        Map<LogKey, Long> remembered = new HashMap<>(acked);
        committed.forEach((key, offset) -> remembered.merge(key, offset, Math::max));
        remembered.values().removeIf(offset -> offset == CommittedOffsets.NONE);
        if (remembered.isEmpty()) {
            return;
        }
        Map<LogKey, Long> cut = log.extendPast(remembered);
        if (cut.isEmpty()) {
            return;
        }
        Map<UUID, Map<Integer, Long>> lost = new HashMap<>();
        cut.forEach((key, end) -> {
            long offset = acked.getOrDefault(key, CommittedOffsets.NONE);
            if (offset >= end && offset > committed.getOrDefault(key, CommittedOffsets.NONE)) {
                lost.computeIfAbsent(key.tableId(), id -> new TreeMap<>()).put(key.bucket(), end);
            }
        });
        LOG.error(
                "the log ends before offsets that are known: buckets={} tablesWithLosses={}", cut.size(), lost.size());
        lost.forEach((id, buckets) -> suspend(Objects.requireNonNull(definitions.get(id)), buckets));
        suspensions.beginAnew();
    }

    /** Offsets of the tables that take their entries from this log, {@link CommittedOffsets#NONE} included. */
    private Map<LogKey, Long> committed(Iterable<TableDefinition> definitions) {
        LogId id = log.id();
        Map<LogKey, Long> committed = new HashMap<>();
        for (TableDefinition table : definitions) {
            try {
                Table iceberg = tables.iceberg(table.name());
                if (TableCommitter.log(iceberg).fits(id)) {
                    CommittedOffsets offsets = TableCommitter.offsets(iceberg);
                    for (int bucket = 0; bucket < table.buckets(); bucket++) {
                        committed.put(new LogKey(table.id(), bucket), offsets.of(bucket));
                    }
                }
            } catch (FloeException e) {
                if (e.code() != ErrorCode.TABLE_NOT_FOUND && e.code() != ErrorCode.TABLE_CHANGED) {
                    throw e;
                }
                LOG.warn("table is not compared with the log: table={} code={}", table.name(), e.code());
            }
        }
        return committed;
    }

    private void suspend(TableDefinition table, Map<Integer, Long> endByBucket) {
        FloeException why = new FloeException(
                        ErrorCode.LOG_TRUNCATED,
                        "the log lost acked rows of table " + table.name().table()
                                + ": it was cut off, by bucket before the offsets " + endByBucket
                                + ", after which streams were acked and nothing was committed")
                .advise("resume the table with --accept LOG_TRUNCATED, and send those rows again by a new stream: the"
                        + " streams that had them take them for stored");
        TableState state = suspensions.all().getOrDefault(table.id(), TableState.NORMAL);
        LOG.error("table suspended: table={} code={} {}", table.name(), why.code(), why.message());
        suspensions.suspend(table.id(), state.generation(), why);
    }
}
