package dev.floe.sql.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.name.TableName;
import java.time.Duration;
import java.util.UUID;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Tables as they are committed when a read asks, each loaded again only where something was committed since.
 *
 * <p>A read asks the catalog where the table's metadata is and no more, as long as that stays so. Tables that were
 * handed out never change. Safe for use by several threads.
 */
final class CommittedTables {
    private static final int TABLES_MAX = 1_000;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(5);

    private final Tables tables;
    private final Cache<UUID, Known> known = Caffeine.newBuilder()
            .maximumSize(TABLES_MAX)
            .expireAfterAccess(UNUSED_MAX)
            .build();

    CommittedTables(Tables tables) {
        this.tables = tables;
    }

    /** The table with its newest snapshot. Throws TABLE_NOT_FOUND, CATALOG_UNAVAILABLE. */
    Table newest(TableDefinition definition) {
        Known table = known.get(definition.id(), id -> new Known(definition.name()));
        if (table.name.equals(definition.name())) {
            return table.newest();
        }
        known.invalidate(definition.id());
        return tables.iceberg(definition.name());
    }

    /** A table object that is refreshed, beside one that never is. */
    private final class Known {
        private final TableName name;

        @GuardedBy("this")
        private @Nullable Table probe;

        @GuardedBy("this")
        private @Nullable Table loaded;

        private Known(TableName name) {
            this.name = name;
        }

        private synchronized Table newest() {
            Table frozen = loaded;
            Table asked = probe;
            if (frozen != null && asked != null && isUnchanged(frozen, asked)) {
                return frozen;
            }
            // loaded anew and not refreshed, so that the catalog says what is wrong, if anything is
            loaded = null;
            frozen = tables.iceberg(name);
            if (probe == null) {
                probe = tables.iceberg(name);
            }
            loaded = frozen;
            return frozen;
        }

        @GuardedBy("this")
        private boolean isUnchanged(Table loaded, Table asked) {
            try {
                asked.refresh();
                return metadata(asked).equals(metadata(loaded));
            } catch (RuntimeException e) {
                // where another program created the table anew, this object can't be refreshed ever again
                probe = null;
                return false;
            }
        }

        private static String metadata(Table table) {
            return ((HasTableOperations) table).operations().current().metadataFileLocation();
        }
    }
}
