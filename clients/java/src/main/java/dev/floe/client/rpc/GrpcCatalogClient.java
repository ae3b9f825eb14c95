package dev.floe.client.rpc;

import static dev.floe.client.rpc.GrpcFloeClient.call;
import static dev.floe.client.rpc.GrpcFloeClient.read;

import dev.floe.client.CatalogClient;
import dev.floe.client.ColumnChange;
import dev.floe.client.KeyInfo;
import dev.floe.client.NewKey;
import dev.floe.client.Role;
import dev.floe.client.ServerStatus;
import dev.floe.client.TableInfo;
import dev.floe.client.TableSpec;
import dev.floe.client.TenantInfo;
import dev.floe.core.settings.Secret;
import dev.floe.wire.v1.AlterTableRequest;
import dev.floe.wire.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.floe.wire.v1.CompactTableRequest;
import dev.floe.wire.v1.CreateKeyRequest;
import dev.floe.wire.v1.CreateKeyResponse;
import dev.floe.wire.v1.CreateTableRequest;
import dev.floe.wire.v1.CreateTenantRequest;
import dev.floe.wire.v1.DescribeTableRequest;
import dev.floe.wire.v1.DropTableRequest;
import dev.floe.wire.v1.ListKeysRequest;
import dev.floe.wire.v1.ListTablesRequest;
import dev.floe.wire.v1.ListTenantsRequest;
import dev.floe.wire.v1.MaintainTableRequest;
import dev.floe.wire.v1.PauseCompactionRequest;
import dev.floe.wire.v1.ResumeTableRequest;
import dev.floe.wire.v1.RevokeKeyRequest;
import dev.floe.wire.v1.StatusRequest;
import dev.floe.wire.v1.StatusResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Calls of the catalog service; the supplier gives a stub with a fresh deadline. */
final class GrpcCatalogClient implements CatalogClient {
    private final Supplier<CatalogServiceBlockingStub> stub;

    GrpcCatalogClient(Supplier<CatalogServiceBlockingStub> stub) {
        this.stub = stub;
    }

    @Override
    public TableInfo createTable(String tenant, TableSpec spec, boolean ifNotExists) {
        return create(CreateTableRequest.newBuilder()
                .setTenant(tenant)
                .setSpec(WireTables.spec(spec))
                .setIfNotExists(ifNotExists)
                .build());
    }

    @Override
    public TableInfo createTable(String tenant, String yaml, boolean ifNotExists) {
        return create(CreateTableRequest.newBuilder()
                .setTenant(tenant)
                .setYaml(yaml)
                .setIfNotExists(ifNotExists)
                .build());
    }

    private TableInfo create(CreateTableRequest request) {
        return WireTables.table(call(() -> stub.get().createTable(request)));
    }

    @Override
    public TableInfo describeTable(String tenant, String table) {
        DescribeTableRequest request = DescribeTableRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .build();
        return WireTables.table(read(() -> stub.get().describeTable(request)));
    }

    @Override
    public List<TableInfo> listTables(String tenant) {
        ListTablesRequest request =
                ListTablesRequest.newBuilder().setTenant(tenant).build();
        return read(() -> stub.get().listTables(request)).getTablesList().stream()
                .map(WireTables::table)
                .toList();
    }

    @Override
    public TableInfo alterTable(String tenant, String table, List<ColumnChange> changes) {
        AlterTableRequest request = AlterTableRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .addAllChanges(changes.stream().map(WireChanges::change).toList())
                .build();
        return WireTables.table(call(() -> stub.get().alterTable(request)));
    }

    @Override
    public TableInfo alterTable(String tenant, String yaml, boolean allowDrops) {
        AlterTableRequest request = AlterTableRequest.newBuilder()
                .setTenant(tenant)
                .setYaml(yaml)
                .setAllowDrops(allowDrops)
                .build();
        return WireTables.table(call(() -> stub.get().alterTable(request)));
    }

    @Override
    public TableInfo resumeTable(String tenant, String table, String accept) {
        ResumeTableRequest request = ResumeTableRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .setAccept(accept)
                .build();
        return WireTables.table(call(() -> stub.get().resumeTable(request)));
    }

    @Override
    public TableInfo compactTable(String tenant, String table) {
        CompactTableRequest request = CompactTableRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .build();
        return WireTables.table(call(() -> stub.get().compactTable(request)));
    }

    @Override
    public TableInfo pauseCompaction(String tenant, String table, boolean paused) {
        PauseCompactionRequest request = PauseCompactionRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .setPaused(paused)
                .build();
        return WireTables.table(call(() -> stub.get().pauseCompaction(request)));
    }

    @Override
    public TableInfo maintainTable(String tenant, String table, boolean dryRun) {
        MaintainTableRequest request = MaintainTableRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .setDryRun(dryRun)
                .build();
        return WireTables.table(call(() -> stub.get().maintainTable(request)));
    }

    @Override
    public boolean dropTable(String tenant, String table, boolean ifExists) {
        DropTableRequest request = DropTableRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .setIfExists(ifExists)
                .build();
        return call(() -> stub.get().dropTable(request)).getDropped();
    }

    @Override
    public TenantInfo createTenant(String name) {
        CreateTenantRequest request =
                CreateTenantRequest.newBuilder().setName(name).build();
        return WireTables.tenant(call(() -> stub.get().createTenant(request)));
    }

    @Override
    public List<TenantInfo> listTenants() {
        return read(() -> stub.get().listTenants(ListTenantsRequest.getDefaultInstance())).getTenantsList().stream()
                .map(WireTables::tenant)
                .toList();
    }

    @Override
    public NewKey createKey(String tenant, Set<Role> roles, String label) {
        CreateKeyRequest request = CreateKeyRequest.newBuilder()
                .setTenant(tenant)
                .addAllRoles(roles.stream().map(WireTables::role).toList())
                .setLabel(label)
                .build();
        CreateKeyResponse response = call(() -> stub.get().createKey(request));
        return new NewKey(WireTables.key(response.getKey()), new Secret(response.getSecret()));
    }

    @Override
    public List<KeyInfo> listKeys(String tenant) {
        ListKeysRequest request = ListKeysRequest.newBuilder().setTenant(tenant).build();
        return read(() -> stub.get().listKeys(request)).getKeysList().stream()
                .map(WireTables::key)
                .toList();
    }

    @Override
    public KeyInfo revokeKey(String tenant, String id) {
        RevokeKeyRequest request =
                RevokeKeyRequest.newBuilder().setTenant(tenant).setId(id).build();
        return WireTables.key(call(() -> stub.get().revokeKey(request)));
    }

    @Override
    public ServerStatus status() {
        StatusResponse response = read(() -> stub.get().status(StatusRequest.getDefaultInstance()));
        return new ServerStatus(
                response.getVersion(),
                response.getTenant(),
                WireTables.roles(response.getRolesList()),
                Duration.ofMillis(response.getUptimeMillis()),
                response.getComponentsList().stream()
                        .map(part ->
                                new ServerStatus.ComponentState(part.getName(), part.getHealthy(), part.getDetail()))
                        .toList());
    }
}
