package dev.floe.catalogserver.rpc;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.audit.AuditedChanges;
import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Tenants;
import dev.floe.catalog.table.Suspension;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableDifference;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.wire.v1.AlterTableRequest;
import dev.floe.wire.v1.ApiKey;
import dev.floe.wire.v1.CatalogServiceGrpc;
import dev.floe.wire.v1.CompactTableRequest;
import dev.floe.wire.v1.CreateKeyRequest;
import dev.floe.wire.v1.CreateKeyResponse;
import dev.floe.wire.v1.CreateTableRequest;
import dev.floe.wire.v1.CreateTenantRequest;
import dev.floe.wire.v1.DescribeTableRequest;
import dev.floe.wire.v1.DropTableRequest;
import dev.floe.wire.v1.DropTableResponse;
import dev.floe.wire.v1.ListKeysRequest;
import dev.floe.wire.v1.ListKeysResponse;
import dev.floe.wire.v1.ListTablesRequest;
import dev.floe.wire.v1.ListTablesResponse;
import dev.floe.wire.v1.ListTenantsRequest;
import dev.floe.wire.v1.ListTenantsResponse;
import dev.floe.wire.v1.MaintainTableRequest;
import dev.floe.wire.v1.PauseCompactionRequest;
import dev.floe.wire.v1.ResumeTableRequest;
import dev.floe.wire.v1.RevokeKeyRequest;
import dev.floe.wire.v1.StatusRequest;
import dev.floe.wire.v1.StatusResponse;
import dev.floe.wire.v1.TableDescription;
import dev.floe.wire.v1.Tenant;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Tables, tenants and keys over gRPC.
 *
 * <p>Needs an AuthenticationInterceptor for the caller and an ErrorInterceptor for the errors thrown here. What changes
 * something is recorded in the audit once it is done.
 */
public final class CatalogService extends CatalogServiceGrpc.CatalogServiceImplBase {
    private final Catalog catalog;
    private final AuditedChanges changes;
    private final ServerStatus status;

    /** {@code components} is asked with each Status call for the parts whose health is shown. */
    public CatalogService(Catalog catalog, String version, Supplier<List<Component>> components, Clock clock) {
        this.catalog = catalog;
        this.changes = new AuditedChanges(catalog.tables(), catalog.audit());
        this.status = new ServerStatus(version, components, clock);
    }

    @Override
    public void createTable(CreateTableRequest request, StreamObserver<TableDescription> responses) {
        Caller caller = Caller.current().requireAdmin();
        TableDeclaration declaration = TableMessages.declaration(request, caller.tenant(request.getTenant()));
        answer(
                responses,
                TableMessages.describe(changes.create(caller.principal(), declaration, request.getIfNotExists())));
    }

    @Override
    public void describeTable(DescribeTableRequest request, StreamObserver<TableDescription> responses) {
        Caller caller = Caller.current();
        TableName name = caller.table(request.getTenant(), request.getTable());
        TableDefinition table = catalog.tables().find(name).orElseThrow(() -> Caller.notFound(name.table()));
        TableDescription description = described(table).toBuilder()
                .setState(TableMessages.state(catalog.tables().iceberg(name), caller.isAdmin()))
                .build();
        TableDescription indexed =
                IndexMessages.add(description, table, catalog.indexes().progress(table.id()), caller.isAdmin());
        answer(responses, withMaintenance(withCompaction(indexed, table, caller), table, caller));
    }

    @Override
    public void listTables(ListTablesRequest request, StreamObserver<ListTablesResponse> responses) {
        TenantName tenant = existing(Caller.current().tenant(request.getTenant()));
        Map<UUID, Suspension> suspended = catalog.suspensions().suspended();
        List<TableDescription> tables = catalog.tables().list(tenant).stream()
                .map(table -> TableMessages.describe(table, Optional.ofNullable(suspended.get(table.id()))))
                .toList();
        answer(responses, ListTablesResponse.newBuilder().addAllTables(tables).build());
    }

    @Override
    public void alterTable(AlterTableRequest request, StreamObserver<TableDescription> responses) {
        Caller caller = Caller.current().requireAdmin();
        TableDefinition altered = request.getYaml().isEmpty() ? alter(caller, request) : match(caller, request);
        answer(responses, TableMessages.describe(altered));
    }

    private TableDefinition alter(Caller caller, AlterTableRequest request) {
        TableName name = caller.table(request.getTenant(), request.getTable());
        return changes.alter(
                caller.principal(), name, request.getExpectedSchemaVersion(), AlterMessages.changes(request));
    }

    /** Brings a table to a declaration; what it is compared with is what is changed. */
    private TableDefinition match(Caller caller, AlterTableRequest request) {
        TableDeclaration wanted = AlterMessages.declaration(request, caller.tenant(request.getTenant()));
        TableDefinition table = catalog.tables()
                .findNewest(wanted.name())
                .orElseThrow(() -> Caller.notFound(wanted.name().table()));
        int expected = request.getExpectedSchemaVersion();
        return changes.alter(
                caller.principal(),
                wanted.name(),
                expected == 0 ? table.schemaVersion() : expected,
                TableDifference.between(table, wanted, request.getAllowDrops()));
    }

    @Override
    public void resumeTable(ResumeTableRequest request, StreamObserver<TableDescription> responses) {
        Caller caller = Caller.current().requireAdmin();
        TableName name = caller.table(request.getTenant(), request.getTable());
        TableDefinition table = catalog.tables().find(name).orElseThrow(() -> Caller.notFound(name.table()));
        Optional<ErrorCode> accepted = TableMessages.accepted(
                request.getAccept(), catalog.suspensions().find(table.id()));
        if (catalog.suspensions().resume(table.id(), accepted)) {
            audit(
                    caller,
                    name.tenant(),
                    "resume-table",
                    name.table() + accepted.map(code -> " accepting " + code).orElse(""));
        }
        answer(responses, described(table));
    }

    @Override
    public void compactTable(CompactTableRequest request, StreamObserver<TableDescription> responses) {
        Caller caller = Caller.current().requireAdmin();
        TableName name = caller.table(request.getTenant(), request.getTable());
        TableDefinition table = catalog.tables().find(name).orElseThrow(() -> Caller.notFound(name.table()));
        CompactionMessages.requireAble(
                name,
                catalog.compactions().state(table.id()),
                catalog.suspensions().find(table.id()));
        long number = catalog.compactions().request(table.id());
        audit(caller, name.tenant(), "compact-table", name.table() + " request " + number);
        answer(responses, withCompaction(described(table), table, caller));
    }

    @Override
    public void pauseCompaction(PauseCompactionRequest request, StreamObserver<TableDescription> responses) {
        Caller caller = Caller.current().requireAdmin();
        TableName name = caller.table(request.getTenant(), request.getTable());
        TableDefinition table = catalog.tables().find(name).orElseThrow(() -> Caller.notFound(name.table()));
        if (catalog.compactions().pause(table.id(), request.getPaused())) {
            String action = request.getPaused() ? "pause-compaction" : "resume-compaction";
            audit(caller, name.tenant(), action, name.table());
        }
        answer(responses, withCompaction(described(table), table, caller));
    }

    @Override
    public void maintainTable(MaintainTableRequest request, StreamObserver<TableDescription> responses) {
        Caller caller = Caller.current().requireAdmin();
        TableName name = caller.table(request.getTenant(), request.getTable());
        TableDefinition table = catalog.tables().find(name).orElseThrow(() -> Caller.notFound(name.table()));
        CompactionMessages.requireNotSuspended(name, catalog.suspensions().find(table.id()));
        long number = catalog.maintenance().request(table.id(), request.getDryRun());
        if (!request.getDryRun()) {
            audit(caller, name.tenant(), "maintain-table", name.table() + " request " + number);
        }
        answer(responses, withMaintenance(described(table), table, caller));
    }

    private TableDescription withMaintenance(TableDescription description, TableDefinition table, Caller caller) {
        return MaintenanceMessages.add(description, catalog.maintenance().state(table.id()), caller.isAdmin());
    }

    private TableDescription withCompaction(TableDescription description, TableDefinition table, Caller caller) {
        return CompactionMessages.add(description, catalog.compactions().state(table.id()), caller.isAdmin());
    }

    private TableDescription described(TableDefinition table) {
        return TableMessages.describe(table, catalog.suspensions().find(table.id()));
    }

    @Override
    public void dropTable(DropTableRequest request, StreamObserver<DropTableResponse> responses) {
        Caller caller = Caller.current().requireAdmin();
        TableName name = caller.table(request.getTenant(), request.getTable());
        boolean dropped = changes.drop(caller.principal(), name, request.getIfExists());
        answer(responses, DropTableResponse.newBuilder().setDropped(dropped).build());
    }

    @Override
    public void createTenant(CreateTenantRequest request, StreamObserver<Tenant> responses) {
        Caller caller = Caller.current().requireOperator();
        Tenants.Tenant tenant = catalog.tenants().create(new TenantName(request.getName()));
        audit(caller, tenant.name(), "create-tenant", tenant.name().value());
        answer(responses, describe(tenant));
    }

    @Override
    public void listTenants(ListTenantsRequest request, StreamObserver<ListTenantsResponse> responses) {
        Caller.current().requireOperator();
        List<Tenant> tenants =
                catalog.tenants().list().stream().map(CatalogService::describe).toList();
        answer(
                responses,
                ListTenantsResponse.newBuilder().addAllTenants(tenants).build());
    }

    @Override
    public void createKey(CreateKeyRequest request, StreamObserver<CreateKeyResponse> responses) {
        Caller caller = Caller.current().requireAdmin();
        TenantName tenant = caller.tenant(request.getTenant());
        ApiKeys.NewKey made =
                catalog.apiKeys().create(tenant, KeyMessages.fromWire(request.getRolesList()), request.getLabel());
        audit(caller, tenant, "create-key", made.key().id());
        answer(
                responses,
                CreateKeyResponse.newBuilder()
                        .setKey(KeyMessages.describe(made.key()))
                        .setSecret(made.whole().value())
                        .build());
    }

    @Override
    public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> responses) {
        TenantName tenant = existing(Caller.current().requireAdmin().tenant(request.getTenant()));
        List<ApiKey> keys = catalog.apiKeys().list(tenant).stream()
                .map(KeyMessages::describe)
                .toList();
        answer(responses, ListKeysResponse.newBuilder().addAllKeys(keys).build());
    }

    @Override
    public void revokeKey(RevokeKeyRequest request, StreamObserver<ApiKey> responses) {
        Caller caller = Caller.current().requireAdmin();
        TenantName tenant = caller.tenant(request.getTenant());
        ApiKeys.ApiKey key = catalog.apiKeys().revoke(tenant, request.getId());
        audit(caller, tenant, "revoke-key", key.id());
        answer(responses, KeyMessages.describe(key));
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> responses) {
        answer(responses, status.forCaller(Caller.current().principal()));
    }

    // only operators get here with a tenant that isn't theirs, and they may know which exist
    private TenantName existing(TenantName tenant) {
        if (!catalog.tenants().exists(tenant)) {
            throw new FloeException(ErrorCode.TENANT_NOT_FOUND, "there is no tenant " + tenant)
                    .advise("list the tenants to see their names");
        }
        return tenant;
    }

    private void audit(Caller caller, TenantName tenant, String action, String subject) {
        changes.record(caller.principal(), tenant, action, subject);
    }

    private static Tenant describe(Tenants.Tenant tenant) {
        return Tenant.newBuilder()
                .setName(tenant.name().value())
                .setCreatedAtMicros(TableMessages.micros(tenant.createdAt()))
                .build();
    }

    private static <T> void answer(StreamObserver<T> responses, T response) {
        responses.onNext(response);
        responses.onCompleted();
    }
}
