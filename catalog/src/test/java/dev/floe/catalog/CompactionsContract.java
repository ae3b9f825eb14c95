package dev.floe.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.BucketCompaction;
import dev.floe.catalog.table.CompactionOrder;
import dev.floe.catalog.table.CompactionState;
import dev.floe.catalog.table.TableCompactions;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.name.TableName;
import dev.floe.storage.compact.CompactionFigures;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of compaction stays until every bucket reported that it is done. */
abstract class CompactionsContract {
    private static final CompactionFigures FIGURES = new CompactionFigures(10, 7, 1_000, 800, 5);

    @TempDir
    Path folder;

    private Catalog catalog;
    private TableCompactions compactions;
    private TableDefinition table;
    private UUID id;

    /** Settings of a database that is empty when a test begins. */
    abstract CatalogSettings settings();

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(settings());
        compactions = catalog.compactions();
        table = catalog.tables().create(DeclaredTables.routes());
        id = table.id();
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void aRequestIsCompleteWhenEveryBucketIsDone() {
        long request = compactions.request(id);
        assertThat(compactions.orders())
                .containsExactly(new CompactionOrder(id, false, request, table.buckets(), Set.of()));

        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            assertThat(full().doneAt()).isEmpty();
            compactions.report(id, new BucketCompaction(bucket, request, false, CompactionFigures.NONE, "slow disk"));
            compactions.report(id, new BucketCompaction(bucket, request, true, FIGURES, ""));
        }

        assertThat(full().doneAt()).isPresent();
        assertThat(full().bucketsDone()).isEqualTo(table.buckets()).isEqualTo(full().buckets());
        assertThat(full().figures().rowsIn()).isEqualTo(10L * table.buckets());
        assertThat(full().lastError()).isEmpty();
        assertThat(compactions.orders()).isEmpty();
    }

    @Test
    void aRequestJoinsTheOneThatRunsAndFollowsTheOneThatIsComplete() {
        long first = compactions.request(id);
        assertThat(compactions.request(id)).isEqualTo(first);
        finish(first);

        long second = compactions.request(id);

        assertThat(second).isEqualTo(first + 1);
        assertThat(full().bucketsDone()).isZero();
        assertThat(full().figures()).isEqualTo(CompactionFigures.NONE);
        compactions.report(id, new BucketCompaction(0, first, true, FIGURES, ""));
        assertThat(full().bucketsDone()).as("of an older request").isZero();
        compactions.report(id, new BucketCompaction(1, second, true, FIGURES, ""));
        assertThat(compactions.orders().get(0).asksFor(0)).isTrue();
        assertThat(compactions.orders().get(0).asksFor(1)).isFalse();
    }

    @Test
    void aPauseOutlivesTheCatalogAndTheRequest() {
        long request = compactions.request(id);
        assertThat(compactions.pause(id, true)).isTrue();
        assertThat(compactions.pause(id, true)).isFalse();
        compactions.report(id, new BucketCompaction(0, request, false, FIGURES, "broken"));
        catalog.close();
        catalog = SqlCatalog.open(settings());
        compactions = catalog.compactions();

        assertThat(compactions.state(id).paused()).isTrue();
        assertThat(full().lastError()).isEqualTo("broken");
        finish(request);
        assertThat(compactions.orders()).containsExactly(new CompactionOrder(id, true, 0, table.buckets(), Set.of()));
        assertThat(compactions.pause(id, false)).isTrue();
        assertThat(compactions.orders()).isEmpty();
    }

    @Test
    void nothingIsKeptOfADroppedTable() {
        long request = compactions.request(id);
        catalog.tables().drop(TableName.of("default", "routes"));

        compactions.report(id, new BucketCompaction(0, request, true, FIGURES, ""));

        assertThat(compactions.request(id)).isZero();
        assertThat(compactions.pause(id, true)).isFalse();
        assertThat(compactions.orders()).isEmpty();
        assertThat(compactions.state(id)).isEqualTo(CompactionState.UNTOUCHED);
    }

    private void finish(long request) {
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            compactions.report(id, new BucketCompaction(bucket, request, true, FIGURES, ""));
        }
    }

    private CompactionState.Full full() {
        return compactions.state(id).newest().orElseThrow();
    }
}
