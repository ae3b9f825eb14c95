package dev.floe.catalogserver.rpc;

import static dev.floe.catalogserver.rpc.Requests.assertError;
import static dev.floe.catalogserver.rpc.Requests.describe;
import static dev.floe.catalogserver.rpc.Requests.drop;
import static dev.floe.catalogserver.rpc.Requests.field;
import static dev.floe.catalogserver.rpc.Requests.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.audit.Audit;
import dev.floe.catalog.principal.Role;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.wire.v1.AddColumn;
import dev.floe.wire.v1.AlterTableRequest;
import dev.floe.wire.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.floe.wire.v1.ColumnChange;
import dev.floe.wire.v1.ColumnPlace;
import dev.floe.wire.v1.CreateTableRequest;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.ListTablesRequest;
import dev.floe.wire.v1.Primitive;
import dev.floe.wire.v1.RenameColumn;
import dev.floe.wire.v1.TableDescription;
import dev.floe.wire.v1.TableMode;
import dev.floe.wire.v1.TableState;
import java.nio.file.Path;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Table;
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
    void altersATable() {
        acme.createTable(spec("routes"));

        TableDescription altered = acme.alterTable(AlterTableRequest.newBuilder()
                .setTable("routes")
                .addChanges(ColumnChange.newBuilder()
                        .setAdd(AddColumn.newBuilder()
                                .setColumn(field("carrier", Primitive.STRING, false))
                                .setPlace(ColumnPlace.newBuilder().setAfter("origin"))))
                .addChanges(ColumnChange.newBuilder()
                        .setRename(RenameColumn.newBuilder().setColumn("seen").setName("at")))
                .build());

        assertThat(altered.getSchemaVersion()).isEqualTo(2);
        assertThat(altered.getSpec().getColumnsList())
                .extracting(Field::getName)
                .containsExactly("origin", "carrier", "at");
        assertThat(acme.describeTable(describe("", "routes")).getSpec()).isEqualTo(altered.getSpec());
    }

    @Test
    void namesTheChangeThatCannotBe() {
        acme.createTable(spec("routes"));
        AlterTableRequest.Builder request = AlterTableRequest.newBuilder()
                .setTable("routes")
                .addChanges(ColumnChange.newBuilder().setDrop("seen"))
                .addChanges(ColumnChange.newBuilder());

        Error error = assertError("INVALID_ARGUMENT", () -> acme.alterTable(request.build()));
        request.setChanges(1, ColumnChange.newBuilder().setDrop("origin"));
        Error key = assertError("INVALID_TABLE", () -> acme.alterTable(request.build()));

        assertThat(error.getFieldPath()).isEqualTo("changes[1]");
        assertThat(key.getFieldPath()).isEqualTo("changes[1]");
        assertThat(acme.describeTable(describe("", "routes")).getSchemaVersion())
                .isEqualTo(1);
    }

    @Test
    void recordsChangesInTheAudit() {
        acme.createTable(spec("routes"));
        acme.alterTable(AlterTableRequest.newBuilder()
                .setTable("routes")
                .addChanges(ColumnChange.newBuilder().setDrop("seen"))
                .build());
        acme.dropTable(drop("", "routes"));

        assertThat(server.catalog().audit().newest(new TenantName("acme"), 10))
                .extracting(Audit.Entry::action)
                .containsExactly("drop-table", "alter-table", "create-table");
    }
}
