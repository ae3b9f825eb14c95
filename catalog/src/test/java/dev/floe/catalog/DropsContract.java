package dev.floe.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Timing;
import dev.floe.core.name.TableName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the names of dropped tables. */
abstract class DropsContract {
    private static final TableName ROUTES = TableName.of("default", "routes");

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final Timing timing = new Timing(
            Clock.fixed(Instant.parse("2025-01-01T00:00:00Z"), ZoneOffset.UTC),
            nanos::get,
            time -> nanos.addAndGet(time.toNanos()));

    /** Settings of a database that is empty when a test begins. */
    abstract CatalogSettings settings();

    @Test
    void takesADroppedNameAgainOnlyWhenNoProcessHasTheTableOfIt() {
        try (Catalog one = SqlCatalog.open(settings(), timing);
                Catalog other = SqlCatalog.open(settings(), timing)) {
            one.tables().create(DeclaredTables.routes());
            assertThat(nanos).hasValue(0);
            assertThat(other.tables().find(ROUTES)).isPresent();
            one.tables().drop(ROUTES);

            TableDefinition again = one.tables().create(DeclaredTables.routes());

            assertThat(other.tables().find(ROUTES)).map(TableDefinition::id).hasValue(again.id());
        }
    }
}
