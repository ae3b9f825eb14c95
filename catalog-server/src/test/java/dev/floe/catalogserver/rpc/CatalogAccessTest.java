package dev.floe.catalogserver.rpc;

import static dev.floe.catalogserver.rpc.Requests.assertError;
import static dev.floe.catalogserver.rpc.Requests.describe;
import static dev.floe.catalogserver.rpc.Requests.drop;
import static dev.floe.catalogserver.rpc.Requests.key;
import static dev.floe.catalogserver.rpc.Requests.spec;
import static dev.floe.catalogserver.rpc.Requests.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.principal.Role;
import dev.floe.wire.v1.AlterTableRequest;
import dev.floe.wire.v1.ApiKey;
import dev.floe.wire.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.floe.wire.v1.ColumnChange;
import dev.floe.wire.v1.CompactTableRequest;
import dev.floe.wire.v1.CreateKeyRequest;
import dev.floe.wire.v1.CreateKeyResponse;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.ListKeysRequest;
import dev.floe.wire.v1.ListTablesRequest;
import dev.floe.wire.v1.ListTenantsRequest;
import dev.floe.wire.v1.MaintainTableRequest;
import dev.floe.wire.v1.PauseCompactionRequest;
import dev.floe.wire.v1.RevokeKeyRequest;
import dev.floe.wire.v1.StatusRequest;
import dev.floe.wire.v1.StatusResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogAccessTest {
    @TempDir
    Path folder;

    private CatalogServer server;
    private CatalogServiceBlockingStub operator;
    private CatalogServiceBlockingStub acme;

    @BeforeEach
    void start() throws Exception {
        server = new CatalogServer(folder);
        operator = server.as("default", Role.ADMIN);
        acme = server.as("acme", Role.ADMIN);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void answersTheSameForAnothersTableAndForNone() {
        operator.createTable(spec("routes"));

        Error others = assertError("TABLE_NOT_FOUND", () -> acme.describeTable(describe("default", "routes")));
        Error none = assertError("TABLE_NOT_FOUND", () -> acme.describeTable(describe("", "routes")));
        Error nobodys = assertError("TABLE_NOT_FOUND", () -> acme.describeTable(describe("nobody", "routes")));

        assertThat(others).isEqualTo(none).isEqualTo(nobodys);
    }

    @Test
    void keepsAnothersTableFromBeingDropped() {
        operator.createTable(spec("routes"));

        assertError("TABLE_NOT_FOUND", () -> acme.dropTable(drop("default", "routes")));
        assertError(
                "TABLE_NOT_FOUND",
                () -> acme.dropTable(
                        drop("default", "routes").toBuilder().setIfExists(true).build()));

        assertThat(operator.describeTable(describe("", "routes")).getTableId()).isNotEmpty();
    }

    @Test
    void keepsTablesFromBeingAlteredByAnotherTenantAndByWriters() {
        operator.createTable(spec("routes"));
        acme.createTable(spec("routes"));
        AlterTableRequest request = AlterTableRequest.newBuilder()
                .setTable("routes")
                .addChanges(ColumnChange.newBuilder().setDrop("seen"))
                .build();

        assertError(
                "TABLE_NOT_FOUND",
                () -> acme.alterTable(request.toBuilder().setTenant("default").build()));
        assertError("PERMISSION_DENIED", () -> server.as("acme", Role.WRITER).alterTable(request));

        assertThat(operator.describeTable(describe("", "routes")).getSchemaVersion())
                .isEqualTo(1);
        assertThat(acme.describeTable(describe("", "routes")).getSchemaVersion())
                .isEqualTo(1);
    }

    @Test
    void keepsCompactionFromAnotherTenantAndFromWriters() {
        operator.createTable(spec("routes"));
        acme.createTable(spec("routes"));
        CompactTableRequest compact =
                CompactTableRequest.newBuilder().setTable("routes").build();
        PauseCompactionRequest pause = PauseCompactionRequest.newBuilder()
                .setTable("routes")
                .setPaused(true)
                .build();

        assertError(
                "TABLE_NOT_FOUND",
                () -> acme.compactTable(compact.toBuilder().setTenant("default").build()));
        assertError(
                "TABLE_NOT_FOUND",
                () -> acme.pauseCompaction(
                        pause.toBuilder().setTenant("default").build()));
        assertError("PERMISSION_DENIED", () -> server.as("acme", Role.WRITER).compactTable(compact));
        assertError("PERMISSION_DENIED", () -> server.as("acme", Role.WRITER).pauseCompaction(pause));

        assertThat(operator.describeTable(describe("", "routes")).hasCompaction())
                .isFalse();
        assertThat(acme.describeTable(describe("", "routes")).hasCompaction()).isFalse();
    }

    @Test
    void keepsMaintenanceFromAnotherTenantAndFromWriters() {
        operator.createTable(spec("routes"));
        acme.createTable(spec("routes"));
        MaintainTableRequest maintain =
                MaintainTableRequest.newBuilder().setTable("routes").build();

        assertError(
                "TABLE_NOT_FOUND",
                () -> acme.maintainTable(
                        maintain.toBuilder().setTenant("default").build()));
        assertError("PERMISSION_DENIED", () -> server.as("acme", Role.WRITER).maintainTable(maintain));
        assertThat(operator.describeTable(describe("", "routes")).hasMaintenance())
                .isFalse();

        assertThat(acme.maintainTable(maintain).getMaintenance().getAsked().getRunning())
                .isTrue();
        assertThat(operator.describeTable(describe("", "routes")).hasMaintenance())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "nobody"})
    void letsNoTenantNameAnother(String tenant) {
        assertError(
                "PERMISSION_DENIED",
                () -> acme.createTable(spec("x").toBuilder().setTenant(tenant).build()));
        assertError(
                "PERMISSION_DENIED",
                () -> acme.listTables(
                        ListTablesRequest.newBuilder().setTenant(tenant).build()));
        assertError(
                "PERMISSION_DENIED",
                () -> acme.createKey(
                        CreateKeyRequest.newBuilder().setTenant(tenant).build()));
        assertError(
                "PERMISSION_DENIED",
                () -> acme.listKeys(
                        ListKeysRequest.newBuilder().setTenant(tenant).build()));
        assertError(
                "PERMISSION_DENIED",
                () -> acme.revokeKey(
                        RevokeKeyRequest.newBuilder().setTenant(tenant).build()));
    }

    @Test
    void letsOperatorsNameAnyTenant() {
        operator.createTable(spec("routes").toBuilder().setTenant("acme").build());

        assertThat(acme.describeTable(describe("", "routes")).getTenant()).isEqualTo("acme");
        assertThat(operator.describeTable(describe("acme", "routes")).getTenant())
                .isEqualTo("acme");
        assertError(
                "TENANT_NOT_FOUND",
                () -> operator.listTables(
                        ListTablesRequest.newBuilder().setTenant("nobody").build()));
    }

    @Test
    void letsOnlyAdminsChangeThings() {
        acme.createTable(spec("routes"));
        var writer = server.as("acme", Role.WRITER, Role.READER);

        assertError("PERMISSION_DENIED", () -> writer.createTable(spec("more")));
        assertError("PERMISSION_DENIED", () -> writer.dropTable(drop("", "routes")));
        assertError("PERMISSION_DENIED", () -> writer.createKey(key("x", dev.floe.wire.v1.Role.READER)));
        assertError("PERMISSION_DENIED", () -> writer.listKeys(ListKeysRequest.getDefaultInstance()));
        assertError("PERMISSION_DENIED", () -> writer.revokeKey(RevokeKeyRequest.getDefaultInstance()));
        assertThat(writer.describeTable(describe("", "routes")).getTableId()).isNotEmpty();
    }

    @Test
    void letsOnlyOperatorsSeeAndMakeTenants() {
        var reader = server.as("default", Role.READER);

        assertError("PERMISSION_DENIED", () -> acme.createTenant(tenant("globex")));
        assertError("PERMISSION_DENIED", () -> reader.listTenants(ListTenantsRequest.getDefaultInstance()));
        operator.createTenant(tenant("globex"));

        assertThat(operator.listTenants(ListTenantsRequest.getDefaultInstance()).getTenantsList())
                .extracting(dev.floe.wire.v1.Tenant::getName)
                .containsExactly("acme", "default", "globex");
        assertError("TENANT_EXISTS", () -> operator.createTenant(tenant("globex")));
        assertError("INVALID_NAME", () -> operator.createTenant(tenant("../x")));
    }

    @Test
    void makesKeysThatWorkUntilRevoked() {
        CreateKeyResponse made = acme.createKey(key("job", dev.floe.wire.v1.Role.READER));

        assertThat(server.with(made.getSecret())
                        .status(StatusRequest.getDefaultInstance())
                        .getTenant())
                .isEqualTo("acme");

        ApiKey revoked = acme.revokeKey(
                RevokeKeyRequest.newBuilder().setId(made.getKey().getId()).build());
        assertThat(revoked.getRevokedAtMicros()).isPositive();
        assertThat(server.catalog().apiKeys().authenticate(made.getSecret())).isEmpty();
    }

    @Test
    void showsNoSecretsInListings() {
        CreateKeyResponse made = acme.createKey(key("job", dev.floe.wire.v1.Role.READER));

        String listing = acme.listKeys(ListKeysRequest.getDefaultInstance()).toString();

        assertThat(listing).contains(made.getKey().getId());
        assertThat(listing)
                .doesNotContain(made.getSecret().substring(made.getSecret().lastIndexOf('_') + 1));
    }

    @Test
    void refusesKeysWithoutRoles() {
        assertError("INVALID_ARGUMENT", () -> acme.createKey(CreateKeyRequest.getDefaultInstance()));
        Error error =
                assertError("INVALID_ARGUMENT", () -> acme.createKey(key("x", dev.floe.wire.v1.Role.ROLE_UNSPECIFIED)));

        assertThat(error.getFieldPath()).isEqualTo("roles[0]");
    }

    @Test
    void revokesNoKeyOfAnotherTenant() {
        CreateKeyResponse ours = operator.createKey(key("job", dev.floe.wire.v1.Role.READER));

        assertError(
                "KEY_NOT_FOUND",
                () -> acme.revokeKey(RevokeKeyRequest.newBuilder()
                        .setId(ours.getKey().getId())
                        .build()));
    }

    @Test
    void showsComponentsToAdminsAndDetailsToOperators() {
        StatusResponse forOperator = operator.status(StatusRequest.getDefaultInstance());
        StatusResponse forAdmin = acme.status(StatusRequest.getDefaultInstance());
        StatusResponse forReader = server.as("acme", Role.READER).status(StatusRequest.getDefaultInstance());

        assertThat(forOperator.getVersion()).isEqualTo("1.2.3");
        assertThat(forOperator.getComponents(0).getDetail()).contains("acme.routes");
        assertThat(forAdmin.getComponents(0).getHealthy()).isFalse();
        assertThat(forAdmin.getComponents(0).getDetail()).isEmpty();
        assertThat(forReader.getComponentsList()).isEmpty();
    }

    @Test
    void refusesAnUnknownKey() {
        var nobody = server.with("floe_0123456789abcdef_" + "0".repeat(64));

        assertError("UNAUTHENTICATED", () -> nobody.status(StatusRequest.getDefaultInstance()));
    }
}
