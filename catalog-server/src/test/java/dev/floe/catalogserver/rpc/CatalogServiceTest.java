package dev.floe.catalogserver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.catalog.audit.Audit;
import dev.floe.catalog.principal.Role;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.wire.v1.ApiKey;
import dev.floe.wire.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.floe.wire.v1.CreateKeyRequest;
import dev.floe.wire.v1.CreateKeyResponse;
import dev.floe.wire.v1.CreateTableRequest;
import dev.floe.wire.v1.CreateTenantRequest;
import dev.floe.wire.v1.DataType;
import dev.floe.wire.v1.DescribeTableRequest;
import dev.floe.wire.v1.DropTableRequest;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.ListKeysRequest;
import dev.floe.wire.v1.ListTablesRequest;
import dev.floe.wire.v1.ListTenantsRequest;
import dev.floe.wire.v1.Primitive;
import dev.floe.wire.v1.RevokeKeyRequest;
import dev.floe.wire.v1.StatusRequest;
import dev.floe.wire.v1.StatusResponse;
import dev.floe.wire.v1.TableDescription;
import dev.floe.wire.v1.TableMode;
import dev.floe.wire.v1.TableSpec;
import dev.floe.wire.v1.TableState;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Table;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogServiceTest {
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
    void createsATableFromASpec() {
        TableDescription table = acme.createTable(spec("routes"));

        assertThat(table.getTenant()).isEqualTo("acme");
        assertThat(table.getSchemaVersion()).isEqualTo(1);
        assertThat(table.getSpec().getMode()).isEqualTo(TableMode.TABLE_MODE_UPSERT);
        assertThat(table.getSpec().getBuckets()).isEqualTo(2);
        assertThat(table.getSpec().getColumnsList()).extracting(Field::getId).containsExactly(1, 2);
    }

    @Test
    void createsATableFromYaml() {
        TableDescription table = acme.createTable(CreateTableRequest.newBuilder()
                .setYaml("table: flights\ncolumns: [{name: at, type: timestamp}]\npartition-by: [day(at)]")
                .build());

        assertThat(table.getSpec().getName()).isEqualTo("flights");
        assertThat(table.getSpec().getPartitionByList()).containsExactly("day(at)");
    }

    @Test
    void describesATableAsItWasCreated() {
        TableDescription created = acme.createTable(spec("routes"));

        TableDescription described = acme.describeTable(describe("", "routes"));

        assertThat(described.toBuilder().clearState().build()).isEqualTo(created);
        assertThat(described.getState().getSnapshotId()).isZero();
    }

    @Test
    void countsLiveRowsOfTheNewestSnapshot() {
        acme.createTable(spec("routes"));
        Table table = server.catalog().tables().iceberg(TableName.of("acme", "routes"));
        DataFile data = DataFiles.builder(table.spec())
                .withPath(table.location() + "/data/a.parquet")
                .withFormat(FileFormat.PARQUET)
                .withPartitionPath("origin_bucket=0")
                .withFileSizeInBytes(100)
                .withRecordCount(10)
                .build();
        DeleteFile vector = FileMetadata.deleteFileBuilder(table.spec())
                .ofPositionDeletes()
                .withFormat(FileFormat.PUFFIN)
                .withPath(table.location() + "/data/a.puffin")
                .withPartitionPath("origin_bucket=0")
                .withReferencedDataFile(data.location())
                .withContentOffset(4)
                .withContentSizeInBytes(20)
                .withFileSizeInBytes(30)
                .withRecordCount(3)
                .build();
        table.newRowDelta().addRows(data).addDeletes(vector).commit();

        TableState state = acme.describeTable(describe("", "routes")).getState();

        assertThat(state.getSnapshotId()).isNotZero();
        assertThat(state.getRowCount()).isEqualTo(7);
        assertThat(state.getDataFiles()).isEqualTo(1);
        assertThat(state.getDeleteVectors()).isEqualTo(1);
        assertThat(state.getCommittedAtMicros()).isPositive();
    }

    @Test
    void showsTheLocationToAdminsOnly() {
        acme.createTable(spec("routes"));
        var reader = server.as("acme", Role.READER);

        assertThat(acme.describeTable(describe("", "routes")).getState().getLocation())
                .isNotEmpty();
        assertThat(reader.describeTable(describe("", "routes")).getState().getLocation())
                .isEmpty();
    }

    @Test
    void returnsTheTableThatIsThereIfAsked() {
        TableDescription created = acme.createTable(spec("routes"));

        TableDescription again =
                acme.createTable(spec("routes").toBuilder().setIfNotExists(true).build());

        assertThat(again).isEqualTo(created);
    }

    @Test
    void refusesATableThatIsThere() {
        acme.createTable(spec("routes"));

        assertError("TABLE_EXISTS", () -> acme.createTable(spec("routes")));
    }

    @Test
    void refusesARequestWithoutADeclaration() {
        Error error = assertError("INVALID_ARGUMENT", () -> acme.createTable(CreateTableRequest.getDefaultInstance()));

        assertThat(error.getFieldPath()).isEqualTo("declaration");
    }

    @Test
    void namesTheFieldOfAMistake() {
        CreateTableRequest.Builder request = spec("routes").toBuilder();
        request.getSpecBuilder().addKey("nowhere");

        Error error = assertError("INVALID_TABLE", () -> acme.createTable(request.build()));

        assertThat(error.getFieldPath()).isEqualTo("key[1]");
        assertThat(error.getAction()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Routes", "../x", "a.b", "a;drop table tables", "\u202eabc", "x\u0000y"})
    void refusesHostileTableNames(String name) {
        assertError("INVALID_NAME", () -> acme.createTable(spec(name)));
        assertError("INVALID_NAME", () -> acme.describeTable(describe("", name)));
        assertError("INVALID_NAME", () -> acme.dropTable(drop("", name)));
    }

    @Test
    void refusesTooManyColumnsClearly() {
        CreateTableRequest.Builder request = spec("wide").toBuilder();
        for (int i = 0; i < 10_000; i++) {
            request.getSpecBuilder().addColumns(field("c" + i, Primitive.LONG, false));
        }

        Error error = assertError("INVALID_TABLE", () -> acme.createTable(request.build()));

        assertThat(error.getMessage()).contains("10002 columns", "2000");
    }

    @Test
    void dropsATable() {
        acme.createTable(spec("routes"));

        assertThat(acme.dropTable(drop("", "routes")).getDropped()).isTrue();

        assertError("TABLE_NOT_FOUND", () -> acme.describeTable(describe("", "routes")));
        assertError("TABLE_NOT_FOUND", () -> acme.dropTable(drop("", "routes")));
        assertThat(acme.dropTable(
                                drop("", "routes").toBuilder().setIfExists(true).build())
                        .getDropped())
                .isFalse();
    }

    @Test
    void listsTheCallersTablesOnly() {
        acme.createTable(spec("routes"));
        operator.createTable(spec("ours"));

        assertThat(acme.listTables(ListTablesRequest.getDefaultInstance()).getTablesList())
                .extracting(table -> table.getSpec().getName())
                .containsExactly("routes");
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
    void recordsChangesInTheAudit() {
        acme.createTable(spec("routes"));
        acme.dropTable(drop("", "routes"));

        assertThat(server.catalog().audit().newest(new TenantName("acme"), 10))
                .extracting(Audit.Entry::action)
                .containsExactly("drop-table", "create-table");
    }

    @Test
    void refusesAnUnknownKey() {
        var nobody = server.with("floe_0123456789abcdef_" + "0".repeat(64));

        assertError("UNAUTHENTICATED", () -> nobody.status(StatusRequest.getDefaultInstance()));
    }

    private static CreateTableRequest spec(String name) {
        TableSpec.Builder spec = TableSpec.newBuilder()
                .setName(name)
                .addColumns(field("origin", Primitive.STRING, true))
                .addColumns(field("seen", Primitive.TIMESTAMP, false))
                .addKey("origin");
        return CreateTableRequest.newBuilder().setSpec(spec).build();
    }

    private static Field field(String name, Primitive type, boolean required) {
        return Field.newBuilder()
                .setName(name)
                .setType(DataType.newBuilder().setPrimitive(type))
                .setRequired(required)
                .build();
    }

    private static DescribeTableRequest describe(String tenant, String table) {
        return DescribeTableRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .build();
    }

    private static DropTableRequest drop(String tenant, String table) {
        return DropTableRequest.newBuilder().setTenant(tenant).setTable(table).build();
    }

    private static CreateTenantRequest tenant(String name) {
        return CreateTenantRequest.newBuilder().setName(name).build();
    }

    private static CreateKeyRequest key(String label, dev.floe.wire.v1.Role role) {
        return CreateKeyRequest.newBuilder().setLabel(label).addRoles(role).build();
    }

    private static Error assertError(String name, ThrowingCallable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure).isNotNull();
        Error error = Objects.requireNonNull(
                Objects.requireNonNull(failure.getTrailers()).get(RpcErrors.TRAILER));
        assertThat(error.getName()).isEqualTo(name);
        return error;
    }
}
