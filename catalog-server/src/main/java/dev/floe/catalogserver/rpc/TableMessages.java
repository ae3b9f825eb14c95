package dev.floe.catalogserver.rpc;

import dev.floe.catalog.table.Suspension;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableYaml;
import dev.floe.catalog.table.UpsertRules;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.wire.WireTypes;
import dev.floe.wire.v1.BadRowPolicy;
import dev.floe.wire.v1.CreateTableRequest;
import dev.floe.wire.v1.MissingColumns;
import dev.floe.wire.v1.TableDescription;
import dev.floe.wire.v1.TableMode;
import dev.floe.wire.v1.TableSpec;
import dev.floe.wire.v1.TableState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/** Tables as messages. */
final class TableMessages {
    private static final int MICROS_PER_MILLI = 1_000;
    private static final Set<ErrorCode> ACCEPTABLE = EnumSet.of(
            ErrorCode.RETENTION_GAP, ErrorCode.TOPIC_RESET, ErrorCode.LOG_ENTRY_CORRUPT, ErrorCode.LOG_TRUNCATED);

    private TableMessages() {}

    static TableDeclaration declaration(CreateTableRequest request, TenantName tenant) {
        return switch (request.getDeclarationCase()) {
            case SPEC -> declaration(request.getSpec(), tenant);
            case YAML -> TableYaml.parse(tenant, request.getYaml());
            case DECLARATION_NOT_SET -> throw invalid("declaration", "the request declares no table");
        };
    }

    static TableDescription describe(TableDefinition table) {
        return TableDescription.newBuilder()
                .setTenant(table.name().tenant().value())
                .setSpec(spec(table))
                .setTableId(table.id().toString())
                .setSchemaVersion(table.schemaVersion())
                .setCreatedAtMicros(micros(table.createdAt()))
                .build();
    }

    static TableDescription describe(TableDefinition table, Optional<Suspension> suspension) {
        TableDescription.Builder description = describe(table).toBuilder();
        suspension.ifPresent(why -> description.setSuspension(dev.floe.wire.v1.Suspension.newBuilder()
                .setCode(why.code().name())
                .setMessage(why.message())
                .setAction(why.action())
                .setSinceMicros(micros(why.since()))));
        return description.build();
    }

    /** What a resume accepts; throws INVALID_ARGUMENT where that is not why the table is suspended. */
    static Optional<ErrorCode> accepted(String code, Optional<Suspension> suspension) {
        if (code.isEmpty()) {
            return Optional.empty();
        }
        Optional<ErrorCode> cause = suspension.map(Suspension::code).filter(ACCEPTABLE::contains);
        if (cause.isEmpty() || !cause.get().name().equals(code)) {
            throw invalid(
                    "accept",
                    "'" + code + "' can't be accepted: the table is "
                            + suspension
                                    .map(why -> "suspended with " + why.code())
                                    .orElse("not suspended"));
        }
        return cause;
    }

    /**
     * The state of a table's current snapshot, from the summary alone: no manifest is read.
     *
     * <p>Iceberg keeps the totals of a summary exact over appends and over deletion vectors replaced by their
     * supersets, which is all that Floe commits.
     */
    static TableState state(Table table, boolean withLocation) {
        TableState.Builder state = TableState.newBuilder();
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot != null) {
            Map<String, String> summary = snapshot.summary();
            state.setSnapshotId(snapshot.snapshotId())
                    .setCommittedAtMicros(snapshot.timestampMillis() * MICROS_PER_MILLI)
                    .setRowCount(total(summary, SnapshotSummary.TOTAL_RECORDS_PROP)
                            - total(summary, SnapshotSummary.TOTAL_POS_DELETES_PROP))
                    .setDataFiles(total(summary, SnapshotSummary.TOTAL_DATA_FILES_PROP))
                    .setDataBytes(total(summary, SnapshotSummary.TOTAL_FILE_SIZE_PROP))
                    .setDeleteVectors(total(summary, SnapshotSummary.TOTAL_DELETE_FILES_PROP))
                    .putAllBucketOffsets(TableCommitter.offsets(table).byBucket());
        }
        if (withLocation) {
            state.setLocation(table.location());
        }
        return state.build();
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static TableDeclaration declaration(TableSpec spec, TenantName tenant) {
        return new TableDeclaration(
                new TableName(tenant, spec.getName()),
                mode(spec),
                WireTypes.declaredColumns(spec.getColumnsList()),
                spec.getKeyList(),
                spec.getBuckets(),
                spec.getPartitionByList(),
                badRows(spec.getBadRows()),
                spec.getPropertiesMap(),
                new UpsertRules(spec.getVersionColumn(), missing(spec)),
                spec.getIndexesList().stream().map(IndexMessages::declared).toList());
    }

    private static TableSpec spec(TableDefinition table) {
        return TableSpec.newBuilder()
                .setName(table.name().table())
                .setMode(
                        switch (table.mode()) {
                            case APPEND -> TableMode.TABLE_MODE_APPEND;
                            case UPSERT -> TableMode.TABLE_MODE_UPSERT;
                        })
                .addAllColumns(WireTypes.toWire(table.schema().columns()))
                .addAllKey(table.key())
                .setBuckets(table.buckets())
                .addAllPartitionBy(table.partitionBy())
                .setBadRows(
                        switch (table.badRows()) {
                            case REJECT -> BadRowPolicy.REJECT;
                            case REJECT_BATCH -> BadRowPolicy.REJECT_BATCH;
                        })
                .putAllProperties(table.properties())
                .setVersionColumn(table.upserts().version())
                .setMissing(
                        switch (table.upserts().missing()) {
                            case NULL -> MissingColumns.MISSING_NULL;
                            case KEEP -> MissingColumns.MISSING_KEEP;
                        })
                .addAllIndexes(IndexMessages.specs(table))
                .build();
    }

    private static dev.floe.catalog.table.TableMode mode(TableSpec spec) {
        return switch (spec.getMode()) {
            case TABLE_MODE_APPEND -> dev.floe.catalog.table.TableMode.APPEND;
            case TABLE_MODE_UPSERT -> dev.floe.catalog.table.TableMode.UPSERT;
            case TABLE_MODE_UNSPECIFIED ->
                spec.getKeyCount() == 0
                        ? dev.floe.catalog.table.TableMode.APPEND
                        : dev.floe.catalog.table.TableMode.UPSERT;
            case UNRECOGNIZED -> throw invalid("mode", "the table mode " + spec.getModeValue() + " is not known");
        };
    }

    private static dev.floe.catalog.table.BadRowPolicy badRows(BadRowPolicy policy) {
        return switch (policy) {
            case BAD_ROW_POLICY_UNSPECIFIED, REJECT -> dev.floe.catalog.table.BadRowPolicy.REJECT;
            case REJECT_BATCH -> dev.floe.catalog.table.BadRowPolicy.REJECT_BATCH;
            case UNRECOGNIZED -> throw invalid("bad_rows", "the policy for bad rows is not known");
        };
    }

    private static dev.floe.catalog.table.MissingColumns missing(TableSpec spec) {
        return switch (spec.getMissing()) {
            case MISSING_COLUMNS_UNSPECIFIED, MISSING_NULL -> dev.floe.catalog.table.MissingColumns.NULL;
            case MISSING_KEEP -> dev.floe.catalog.table.MissingColumns.KEEP;
            case UNRECOGNIZED -> throw invalid("missing", "what becomes of missing columns is not known");
        };
    }

    private static long total(Map<String, String> summary, String property) {
        return Long.parseLong(summary.getOrDefault(property, "0"));
    }

    private static FloeException invalid(String path, String what) {
        return new FloeException(ErrorCode.INVALID_ARGUMENT, what).at(path);
    }
}
