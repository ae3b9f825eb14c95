package dev.floe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.floe.catalog.audit.Audit;
import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every database under the catalog has to do. */
abstract class CatalogContract {
    static final TenantName ACME = new TenantName("acme");
    private static final TableName ROUTES = TableName.of("default", "routes");

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final Ticker ticker = nanos::get;
    private Catalog catalog;

    /** Settings of a database that is empty when a test begins. */
    abstract CatalogSettings settings();

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(settings(), Clock.systemUTC(), ticker);
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void findsATableAsItWasCreated() {
        TableDefinition created = catalog.tables().create(DeclaredTables.routes());

        assertThat(catalog.tables().find(ROUTES)).hasValueSatisfying(found -> assertSame(found, created));
        assertThat(catalog.tables().find(created.id())).hasValueSatisfying(found -> assertSame(found, created));
    }

    @Test
    void findsATableAfterAReopening() {
        TableDefinition created = catalog.tables().create(DeclaredTables.routes());

        catalog.close();
        open();

        assertThat(catalog.tables().find(ROUTES)).hasValueSatisfying(found -> assertSame(found, created));
    }

    @Test
    void givesTheIcebergTableTheDefinitionsSchema() {
        TableDefinition created = catalog.tables().create(DeclaredTables.routes());

        Table table = catalog.tables().iceberg(ROUTES);

        assertThat(table.schema().sameSchema(created.schema())).isTrue();
        assertThat(table.schema().identifierFieldNames()).containsExactlyInAnyOrder("origin", "destination");
    }

    @Test
    void createsIcebergTablesOfVersionThree() {
        catalog.tables().create(DeclaredTables.routes());

        Table table = catalog.tables().iceberg(ROUTES);

        assertThat(TableUtil.formatVersion(table)).isEqualTo(3);
        assertThat(table.properties())
                .containsEntry("write.parquet.compression-codec", "zstd")
                .containsEntry("write.metadata.delete-after-commit.enabled", "true");
    }

    @Test
    void partitionsByTheKeysBucketLast() {
        catalog.tables()
                .create(new TableDeclaration(
                        ROUTES,
                        TableMode.UPSERT,
                        DeclaredTables.columns(),
                        List.of("origin"),
                        4,
                        List.of("day(seen)"),
                        BadRowPolicy.REJECT,
                        Map.of()));

        assertThat(catalog.tables().iceberg(ROUTES).spec().fields())
                .extracting(field -> field.transform() + " " + field.name())
                .containsExactly("day seen_day", "bucket[4] origin_bucket");
    }

    @Test
    void commitsToTheIcebergTable() {
        catalog.tables().create(DeclaredTables.append(ROUTES));
        Table table = catalog.tables().iceberg(ROUTES);
        DataFile file = DataFiles.builder(table.spec())
                .withPath(table.location() + "/data/b00000-1-1-x.parquet")
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(10)
                .withRecordCount(3)
                .build();

        table.newAppend().appendFile(file).commit();

        assertThat(catalog.tables().iceberg(ROUTES).currentSnapshot().summary()).containsEntry("total-records", "3");
    }

    @Test
    void keepsTheSchemaOfAVersion() {
        TableDefinition created = catalog.tables().create(DeclaredTables.routes());

        assertThat(catalog.tables().schemaAt(created.id(), 1).sameSchema(created.schema()))
                .isTrue();
    }

    @Test
    void refusesASchemaVersionThatNeverWas() {
        TableDefinition created = catalog.tables().create(DeclaredTables.routes());

        assertCode(ErrorCode.SCHEMA_VERSION_MISMATCH, () -> catalog.tables().schemaAt(created.id(), 2));
    }

    @Test
    void refusesASecondTableOfTheName() {
        catalog.tables().create(DeclaredTables.routes());

        assertCode(ErrorCode.TABLE_EXISTS, () -> catalog.tables().create(DeclaredTables.append(ROUTES)));
    }

    @Test
    void refusesATableOfAnUnknownTenant() {
        assertCode(
                ErrorCode.TENANT_NOT_FOUND,
                () -> catalog.tables().create(DeclaredTables.append(TableName.of("nobody", "routes"))));
    }

    @Test
    void letsTenantsUseTheSameNames() {
        catalog.tenants().create(ACME);
        TableDefinition ours = catalog.tables().create(DeclaredTables.append(ROUTES));
        TableDefinition theirs = catalog.tables().create(DeclaredTables.append(new TableName(ACME, "routes")));

        assertThat(catalog.tables().list(ACME)).extracting(TableDefinition::id).containsExactly(theirs.id());
        assertThat(catalog.tables().listAll())
                .extracting(TableDefinition::id)
                .containsExactlyInAnyOrder(ours.id(), theirs.id());
    }

    @Test
    void oneOfTwoCreationsAtOnceWins() throws Exception {
        int racers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<TableDefinition>> creations = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
            creations.add(threads.submit(() -> {
                start.await();
                return catalog.tables().create(DeclaredTables.routes());
            }));
        }

        start.countDown();

        int won = 0;
        for (Future<TableDefinition> creation : creations) {
            try {
                creation.get();
                won++;
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                FloeException.class,
                                error -> assertThat(error.code()).isEqualTo(ErrorCode.TABLE_EXISTS));
            }
        }
        threads.shutdown();
        assertThat(won).isEqualTo(1);
    }

    @Test
    void dropsATableAtOnce() {
        TableDefinition created = catalog.tables().create(DeclaredTables.routes());

        assertThat(catalog.tables().drop(ROUTES)).isTrue();

        assertThat(catalog.tables().find(ROUTES)).isEmpty();
        assertThat(catalog.tables().find(created.id())).isEmpty();
        assertCode(ErrorCode.TABLE_NOT_FOUND, () -> catalog.tables().iceberg(ROUTES));
        assertThat(catalog.tables().drop(ROUTES)).isFalse();
    }

    @Test
    void givesATableCreatedAgainAPlaceOfItsOwn() {
        catalog.tables().create(DeclaredTables.routes());
        String before = catalog.tables().iceberg(ROUTES).location();
        catalog.tables().drop(ROUTES);

        TableDefinition again = catalog.tables().create(DeclaredTables.routes());

        assertThat(catalog.tables().iceberg(ROUTES).location())
                .isNotEqualTo(before)
                .contains(again.id().toString());
    }

    @Test
    void seesAnotherProcessesDropWithinASecond() {
        catalog.tables().create(DeclaredTables.routes());
        try (Catalog other = SqlCatalog.open(settings())) {
            assertThat(catalog.tables().find(ROUTES)).isPresent();
            other.tables().drop(ROUTES);
        }

        nanos.addAndGet(Duration.ofMillis(1_001).toNanos());

        assertThat(catalog.tables().find(ROUTES)).isEmpty();
    }

    @Test
    void seesAnotherProcessesCreationAtOnce() {
        assertThat(catalog.tables().find(ROUTES)).isEmpty();
        try (Catalog other = SqlCatalog.open(settings())) {
            other.tables().create(DeclaredTables.routes());
        }

        assertThat(catalog.tables().find(ROUTES)).isPresent();
    }

    @Test
    void keepsItsSinkId() {
        String before = catalog.sinkId();

        catalog.close();
        open();

        assertThat(catalog.sinkId())
                .isEqualTo(before)
                .satisfies(id -> assertThat(UUID.fromString(id)).isNotNull());
    }

    @Test
    void raisesTheEpochOverReopenings() {
        long first = catalog.nextEpoch();
        long second = catalog.nextEpoch();
        catalog.close();
        open();

        assertThat(List.of(first, second, catalog.nextEpoch())).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void hasTheDefaultTenantFromTheStart() {
        assertThat(catalog.tenants().list())
                .extracting(tenant -> tenant.name().value())
                .containsExactly("default");
    }

    @Test
    void refusesASecondTenantOfTheName() {
        catalog.tenants().create(ACME);

        assertCode(ErrorCode.TENANT_EXISTS, () -> catalog.tenants().create(ACME));
    }

    @Test
    void authenticatesANewKey() {
        ApiKeys.NewKey made = catalog.apiKeys().create(TenantName.DEFAULT, Set.of(Role.READER, Role.WRITER), "job");

        assertThat(catalog.apiKeys().authenticate(made.whole().value()))
                .contains(new Principal(TenantName.DEFAULT, made.key().id(), Set.of(Role.READER, Role.WRITER)));
    }

    @Test
    void authenticatesNoRevokedKey() {
        ApiKeys.NewKey made = catalog.apiKeys().create(TenantName.DEFAULT, Set.of(Role.READER), "");

        catalog.apiKeys().revoke(TenantName.DEFAULT, made.key().id());
        catalog.apiKeys().revoke(TenantName.DEFAULT, made.key().id());

        assertThat(catalog.apiKeys().authenticate(made.whole().value())).isEmpty();
        assertThat(catalog.apiKeys().list(TenantName.DEFAULT))
                .singleElement()
                .satisfies(key -> assertThat(key.revokedAt()).isPresent());
    }

    @Test
    void authenticatesNothingButWholeKeys() {
        String whole = catalog.apiKeys()
                .create(TenantName.DEFAULT, Set.of(Role.READER), "")
                .whole()
                .value();
        char last = whole.charAt(whole.length() - 1);
        String wrongSecret = whole.substring(0, whole.length() - 1) + (last == '0' ? '1' : '0');
        String wrongId = "floe_0000000000000000" + whole.substring(whole.lastIndexOf('_'));

        assertThat(Stream.of(wrongSecret, wrongId, whole + " ", whole.toUpperCase(Locale.ROOT), "", "floe_")
                        .map(catalog.apiKeys()::authenticate))
                .allMatch(Optional::isEmpty);
    }

    @Test
    void revokesNoKeyOfAnotherTenant() {
        catalog.tenants().create(ACME);
        ApiKeys.NewKey made = catalog.apiKeys().create(TenantName.DEFAULT, Set.of(Role.READER), "");

        assertCode(
                ErrorCode.KEY_NOT_FOUND,
                () -> catalog.apiKeys().revoke(ACME, made.key().id()));

        assertThat(catalog.apiKeys().authenticate(made.whole().value())).isPresent();
    }

    @Test
    void makesNoKeyForAnUnknownTenant() {
        assertCode(ErrorCode.TENANT_NOT_FOUND, () -> catalog.apiKeys().create(ACME, Set.of(Role.READER), ""));
    }

    @Test
    void keepsTheAuditInOrder() {
        Principal actor = new Principal(TenantName.DEFAULT, "abc", Set.of(Role.ADMIN));

        catalog.audit().record(actor, ACME, "create-table", "routes");
        catalog.audit().record(actor, ACME, "drop-table", "routes");

        assertThat(catalog.audit().newest(ACME, 10))
                .extracting(Audit.Entry::actor, Audit.Entry::action)
                .containsExactly(tuple("default/abc", "drop-table"), tuple("default/abc", "create-table"));
    }

    @Test
    void leavesNoFilesOutsideTablesFolders() throws Exception {
        TableDefinition created = catalog.tables().create(DeclaredTables.routes());

        try (Stream<Path> all = Files.walk(folder.resolve("warehouse"))) {
            assertThat(all.filter(Files::isRegularFile).map(Path::toString))
                    .isNotEmpty()
                    .allMatch(path -> path.contains(created.id().toString()) && path.endsWith(".metadata.json"));
        }
    }

    private static void assertSame(TableDefinition found, TableDefinition expected) {
        assertThat(found.schema().sameSchema(expected.schema())).isTrue();
        assertThat(found).usingRecursiveComparison().ignoringFields("schema").isEqualTo(expected);
    }

    private static void assertCode(ErrorCode code, ThrowingCallable call) {
        assertThat(catchThrowableOfType(FloeException.class, call))
                .isNotNull()
                .extracting(FloeException::code)
                .isEqualTo(code);
    }
}
