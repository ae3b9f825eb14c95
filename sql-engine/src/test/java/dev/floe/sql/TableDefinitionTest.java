package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.audit.Audit;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.ReadCut;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CREATE, ALTER and DROP change the catalog, for admins of the tenant, and statements see it at once. */
class TableDefinitionTest {
    private static final Principal ADMIN = new Principal(TenantName.DEFAULT, "k3", Set.of(Role.ADMIN));
    private static final String CREATE =
            "CREATE TABLE orders (number BIGINT PRIMARY KEY NOT ENFORCED, total DECIMAL(12, 2), Carrier VARCHAR)";

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<List<@Nullable Object>> run(String sql) {
        return fixture.select(ADMIN, sql);
    }

    private TableDefinition orders() {
        return fixture.catalog
                .tables()
                .findNewest(TableName.of("default", "orders"))
                .orElseThrow();
    }

    @Test
    void aTableIsThereAtOnceAndGoneAtOnce() {
        assertThat(run(CREATE)).containsExactly(List.of(0L));
        assertThat(orders().mode()).isEqualTo(TableMode.UPSERT);
        run("INSERT INTO orders VALUES (1, 2.50, 'x'), (1, 3.50, 'y')");
        assertThat(run("SELECT total, carrier FROM orders").toString()).isEqualTo("[[3.50, y]]");
        run("DROP TABLE orders");
        assertFails(ErrorCode.INVALID_SQL, "SELECT total, carrier FROM orders");
        run(CREATE);
        assertThat(run("SELECT total, carrier FROM orders")).isEmpty();
    }

    @Test
    void columnsChangeUnderKeptPlans() {
        run(CREATE);
        run("INSERT INTO orders VALUES (1, 2.50, 'x')");
        assertThat(run("SELECT * FROM orders").get(0)).hasSize(3);
        run("ALTER TABLE orders ADD COLUMN note VARCHAR AFTER NUMBER, RENAME COLUMN CARRIER TO shipper,"
                + " ALTER TOTAL TYPE DECIMAL(20, 2)");
        assertThat(run("SELECT * FROM orders").get(0).toString()).isEqualTo("[1, null, 2.50, x]");
        run("UPSERT INTO orders (number, note, shipper) VALUES (1, 'n', NULL)");
        assertThat(run("SELECT * FROM orders")).containsExactly(Arrays.asList(1L, "n", null, null));
        run("ALTER TABLE orders DROP COLUMN note");
        assertFails(ErrorCode.INVALID_SQL, "SELECT note FROM orders");
    }

    @Test
    void indexesComeAndGo() {
        run(CREATE);
        run("CREATE INDEX by_carrier ON orders (carrier)");
        assertThat(orders().indexes())
                .singleElement()
                .satisfies(index -> assertThat(index.columns(orders().schema())).containsExactly("Carrier"));
        assertFails(ErrorCode.INVALID_TABLE, "CREATE INDEX by_carrier ON orders (total)");
        run("CREATE INDEX IF NOT EXISTS by_carrier ON orders (total)");
        run("CREATE TABLE archive (a INT, INDEX by_carrier (a))");
        assertFails(ErrorCode.INVALID_ARGUMENT, "DROP INDEX by_carrier");
        run("DROP INDEX by_carrier ON archive");
        run("DROP INDEX by_carrier");
        assertThat(orders().indexes()).isEmpty();
        assertFails(ErrorCode.INVALID_TABLE, "DROP INDEX by_carrier");
        run("DROP INDEX IF EXISTS by_carrier");
    }

    @Test
    void whatIsThereOrNotIsAMistakeUnlessSaidOtherwise() {
        run(CREATE);
        assertFails(ErrorCode.TABLE_EXISTS, CREATE);
        run(CREATE.replace("TABLE", "TABLE IF NOT EXISTS"));
        assertFails(ErrorCode.TABLE_NOT_FOUND, "DROP TABLE nope");
        run("DROP TABLE IF EXISTS nope");
        assertFails(ErrorCode.TABLE_NOT_FOUND, "ALTER TABLE nope DROP a");
        run("ALTER TABLE IF EXISTS nope DROP a");
        assertFails(ErrorCode.TABLE_NOT_FOUND, "CREATE INDEX i ON nope (a)");
        assertFails(ErrorCode.UNKNOWN_COLUMN, "ALTER TABLE orders DROP nope");
        assertFails(ErrorCode.INVALID_TABLE, "ALTER TABLE orders ADD a INT NOT NULL");
        assertFails(ErrorCode.INVALID_TABLE, "CREATE TABLE t (a INT, PRIMARY KEY (b))");
        assertFails(ErrorCode.INVALID_TABLE, "CREATE TABLE t (a FLOAT PRIMARY KEY)");
    }

    @Test
    void adminsAloneDefineTablesAndItIsAudited() {
        for (Principal other : List.of(EngineFixture.READER, EngineFixture.EDITOR)) {
            assertThatThrownBy(() -> fixture.select(other, CREATE)).hasMessageContaining("ADMIN");
        }
        run(CREATE);
        run("ALTER TABLE orders DROP total");
        run("DROP TABLE orders");
        run("DROP TABLE IF EXISTS orders");
        assertThat(fixture.catalog.audit().newest(TenantName.DEFAULT, 10).stream()
                        .map(Audit.Entry::action))
                .containsExactly("drop-table", "alter-table", "create-table");
    }

    @Test
    void aStatementOfAnotherTenantDoesNotRun() {
        PreparedQuery drop = fixture.engine.prepare(ADMIN, "DROP TABLE IF EXISTS orders");
        Principal other = new Principal(new TenantName("other"), "k4", Set.of(Role.ADMIN));
        assertThatThrownBy(() -> fixture.engine.execute(
                        other, drop, EngineFixture.row(List.of()), new ReadCut.Committed(), EngineFixture.LIMITS))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PERMISSION_DENIED));
    }

    private void assertFails(ErrorCode code, String sql) {
        assertThatThrownBy(() -> run(sql))
                .isInstanceOfSatisfying(
                        FloeException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }
}
