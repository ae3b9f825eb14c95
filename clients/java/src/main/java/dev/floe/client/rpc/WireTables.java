package dev.floe.client.rpc;

import dev.floe.client.BadRowPolicy;
import dev.floe.client.IndexState;
import dev.floe.client.KeyInfo;
import dev.floe.client.MissingColumns;
import dev.floe.client.Role;
import dev.floe.client.TableCompaction;
import dev.floe.client.TableIndex;
import dev.floe.client.TableInfo;
import dev.floe.client.TableMaintenance;
import dev.floe.client.TableMode;
import dev.floe.client.TableSpec;
import dev.floe.client.TableState;
import dev.floe.client.TableSuspension;
import dev.floe.client.TenantInfo;
import dev.floe.wire.v1.ApiKey;
import dev.floe.wire.v1.IndexSpec;
import dev.floe.wire.v1.MaintenanceRun;
import dev.floe.wire.v1.Suspension;
import dev.floe.wire.v1.TableDescription;
import dev.floe.wire.v1.Tenant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Tables, tenants and keys between the client's records and the wire. */
final class WireTables {
    private WireTables() {}

    static dev.floe.wire.v1.TableSpec spec(TableSpec spec) {
        return dev.floe.wire.v1.TableSpec.newBuilder()
                .setName(spec.name())
                .setMode(
                        switch (spec.mode()) {
                            case APPEND -> dev.floe.wire.v1.TableMode.TABLE_MODE_APPEND;
                            case UPSERT -> dev.floe.wire.v1.TableMode.TABLE_MODE_UPSERT;
                        })
                .addAllColumns(spec.columns().stream().map(WireTypes::field).toList())
                .addAllKey(spec.key())
                .setBuckets(spec.buckets())
                .addAllPartitionBy(spec.partitionBy())
                .setBadRows(
                        switch (spec.badRows()) {
                            case REJECT -> dev.floe.wire.v1.BadRowPolicy.REJECT;
                            case REJECT_BATCH -> dev.floe.wire.v1.BadRowPolicy.REJECT_BATCH;
                        })
                .putAllProperties(spec.properties())
                .setVersionColumn(spec.version())
                .setMissing(
                        switch (spec.missing()) {
                            case NULL -> dev.floe.wire.v1.MissingColumns.MISSING_NULL;
                            case KEEP -> dev.floe.wire.v1.MissingColumns.MISSING_KEEP;
                        })
                .addAllIndexes(spec.indexes().stream().map(WireTables::index).toList())
                .build();
    }

    static IndexSpec index(TableIndex index) {
        return IndexSpec.newBuilder()
                .setName(index.name())
                .addAllColumns(index.columns())
                .build();
    }

    static TableInfo table(TableDescription table) {
        dev.floe.wire.v1.TableSpec spec = table.getSpec();
        return new TableInfo(
                table.getTenant(),
                new TableSpec(
                        spec.getName(),
                        spec.getMode() == dev.floe.wire.v1.TableMode.TABLE_MODE_UPSERT
                                ? TableMode.UPSERT
                                : TableMode.APPEND,
                        WireTypes.columns(spec.getColumnsList()),
                        spec.getKeyList(),
                        spec.getBuckets(),
                        spec.getPartitionByList(),
                        spec.getBadRows() == dev.floe.wire.v1.BadRowPolicy.REJECT_BATCH
                                ? BadRowPolicy.REJECT_BATCH
                                : BadRowPolicy.REJECT,
                        spec.getPropertiesMap(),
                        spec.getVersionColumn(),
                        spec.getMissing() == dev.floe.wire.v1.MissingColumns.MISSING_KEEP
                                ? MissingColumns.KEEP
                                : MissingColumns.NULL,
                        spec.getIndexesList().stream()
                                .map(index -> new TableIndex(index.getName(), index.getColumnsList()))
                                .toList()),
                UUID.fromString(table.getTableId()),
                table.getSchemaVersion(),
                WireValues.instant(table.getCreatedAtMicros()),
                table.hasState() ? Optional.of(state(table.getState())) : Optional.empty(),
                table.hasSuspension() ? Optional.of(suspension(table.getSuspension())) : Optional.empty(),
                table.hasCompaction() ? Optional.of(compaction(table.getCompaction())) : Optional.empty(),
                table.hasMaintenance() ? Optional.of(maintenance(table.getMaintenance())) : Optional.empty(),
                table.getIndexesList().stream()
                        .map(index -> new IndexState(
                                index.getName(), index.getFiles(), index.getFilesDone(), index.getError()))
                        .toList());
    }

    private static TableSuspension suspension(Suspension suspension) {
        return new TableSuspension(
                suspension.getCode(),
                suspension.getMessage(),
                suspension.getAction(),
                WireValues.instant(suspension.getSinceMicros()));
    }

    private static TableCompaction compaction(dev.floe.wire.v1.TableCompaction compaction) {
        if (compaction.getRequest() == 0) {
            return new TableCompaction(compaction.getPaused(), Optional.empty());
        }
        return new TableCompaction(
                compaction.getPaused(),
                Optional.of(new TableCompaction.Full(
                        compaction.getRequest(),
                        WireValues.instant(compaction.getRequestedAtMicros()),
                        compaction.getRunning()
                                ? Optional.empty()
                                : Optional.of(WireValues.instant(compaction.getDoneAtMicros())),
                        compaction.getBuckets(),
                        compaction.getBucketsDone(),
                        compaction.getRowsIn(),
                        compaction.getRowsOut(),
                        compaction.getBytesIn(),
                        compaction.getBytesOut(),
                        compaction.getMergeSeconds(),
                        compaction.getLastError())));
    }

    private static TableMaintenance maintenance(dev.floe.wire.v1.TableMaintenance maintenance) {
        return new TableMaintenance(
                maintenance.hasAsked() ? Optional.of(run(maintenance.getAsked())) : Optional.empty(),
                maintenance.hasByItself() ? Optional.of(run(maintenance.getByItself())) : Optional.empty());
    }

    private static TableMaintenance.Run run(MaintenanceRun run) {
        return new TableMaintenance.Run(
                run.getRequest(),
                run.getDryRun(),
                WireValues.instant(run.getBegunAtMicros()),
                run.getRunning() ? Optional.empty() : Optional.of(WireValues.instant(run.getEndedAtMicros())),
                run.getStep(),
                run.getSnapshotsExpired(),
                run.getManifestsRewritten(),
                run.getFilesRemoved(),
                run.getOrphansRemoved(),
                run.getBytesRemoved(),
                run.getFilesNotRemoved(),
                run.getError());
    }

    private static TableState state(dev.floe.wire.v1.TableState state) {
        return new TableState(
                state.getSnapshotId(),
                WireValues.instant(state.getCommittedAtMicros()),
                state.getRowCount(),
                state.getDataFiles(),
                state.getDataBytes(),
                state.getDeleteVectors(),
                state.getBucketOffsetsMap(),
                state.getLocation());
    }

    static TenantInfo tenant(Tenant tenant) {
        return new TenantInfo(tenant.getName(), WireValues.instant(tenant.getCreatedAtMicros()));
    }

    static KeyInfo key(ApiKey key) {
        return new KeyInfo(
                key.getId(),
                key.getTenant(),
                roles(key.getRolesList()),
                key.getLabel(),
                WireValues.instant(key.getCreatedAtMicros()),
                key.getRevokedAtMicros() == 0
                        ? Optional.empty()
                        : Optional.of(WireValues.instant(key.getRevokedAtMicros())));
    }

    static dev.floe.wire.v1.Role role(Role role) {
        return switch (role) {
            case READER -> dev.floe.wire.v1.Role.READER;
            case WRITER -> dev.floe.wire.v1.Role.WRITER;
            case ADMIN -> dev.floe.wire.v1.Role.ADMIN;
        };
    }

    /** Roles this client knows; newer ones are left out. */
    static Set<Role> roles(List<dev.floe.wire.v1.Role> wire) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (dev.floe.wire.v1.Role role : wire) {
            switch (role) {
                case READER -> roles.add(Role.READER);
                case WRITER -> roles.add(Role.WRITER);
                case ADMIN -> roles.add(Role.ADMIN);
                case ROLE_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        return roles;
    }
}
