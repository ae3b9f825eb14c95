package dev.floe.storage.commit;

import dev.floe.storage.write.TableLayout;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Table;

/** The tables that a committer commits to; safe for several threads. */
public interface SinkTables {
    /** A table as loaded some time ago; a commit refreshes it. */
    record SinkTable(Table table, TableLayout layout) {}

    /** The table, or empty where it was dropped; throws CATALOG_UNAVAILABLE. */
    Optional<SinkTable> find(UUID tableId);

    /**
     * Has the table loaded anew when it is asked for next.
     *
     * <p>To be called where it can't be refreshed: of a table that another program dropped and created again, the
     * object that was loaded never says so.
     */
    void reload(UUID tableId);

    /** The ids of all tables; throws CATALOG_UNAVAILABLE. */
    List<UUID> all();
}
