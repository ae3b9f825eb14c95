package dev.floe.storage.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.commit.CommitterNeeds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a table's snapshots only those go that nobody needs, oldest first and without gaps. */
class ExpiryPlanTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path folder;

    private FolderTable table;

    @BeforeEach
    void create() {
        table = FolderTable.create(folder);
    }

    @Test
    void aSnapshotsAgeCountsFromWhenItWasReplaced() {
        long first = table.upsert(1);
        long second = table.upsert(2);
        Instant replaced = Instant.ofEpochMilli(table.load().snapshot(second).timestampMillis());

        assertThat(expired(keeping(1, 500), replaced.plus(DAY))).isEmpty();
        assertThat(expired(keeping(1, 500), replaced.plus(DAY).plusMillis(1))).containsExactly(first);
    }

    @Test
    void theNewestStayHoweverOld() {
        long first = table.upsert(1);
        table.upsert(2);
        table.upsert(3);

        assertThat(expired(keeping(3, 500), later(Duration.ofDays(1000)))).isEmpty();
        assertThat(expired(keeping(2, 500), later(Duration.ofDays(1000)))).containsExactly(first);
    }

    @Test
    void tooManyGoBeforeTheirAgeButNotWhileQueriesMayReadThem() {
        long first = table.upsert(1);
        table.upsert(2);
        table.upsert(3);

        assertThat(expired(keeping(1, 2), later(Duration.ofMinutes(14)))).isEmpty();
        assertThat(expired(keeping(1, 2), later(Duration.ofMinutes(16)))).containsExactly(first);
    }

    @Test
    void whatABranchOrTagLeadsToStays() {
        long tagged = table.upsert(1);
        long below = table.upsert(2);
        long branched = table.upsert(3);
        table.upsert(4);
        table.load()
                .manageSnapshots()
                .createTag("audit", tagged)
                .createBranch("work", branched)
                .commit();

        assertThat(expired(keeping(1, 500), later(DAY.multipliedBy(2)))).isEmpty();
        table.load().manageSnapshots().removeBranch("work").commit();
        assertThat(expired(keeping(1, 500), later(DAY.multipliedBy(2)))).containsExactlyInAnyOrder(below, branched);
    }

    @Test
    void theCommittersNewestAndAllAboveItStay() {
        long old = table.upsert(1);
        table.upsert(2);
        table.load().newAppend().commit();
        table.load().newAppend().commit();

        assertThat(expired(keeping(1, 500), later(DAY.multipliedBy(2)))).containsExactly(old);
    }

    @Test
    void theOldestThatStaysIsFloes() {
        long old = table.upsert(1);
        table.upsert(2);
        table.load().newAppend().commit();
        table.upsert(3);

        assertThat(expired(keeping(2, 500), later(DAY.multipliedBy(2)))).containsExactly(old);
    }

    @Test
    void whatARollbackLeftBehindStaysUntilTheTableCaughtUp() {
        long target = table.upsert(1);
        long left = table.upsert(2);
        table.load().manageSnapshots().rollbackTo(target).commit();

        assertThat(expired(keeping(1, 500), later(DAY.multipliedBy(2)))).isEmpty();
        table.reopen(2);
        table.upsert(2);
        assertThat(expired(keeping(2, 500), later(DAY.multipliedBy(2)))).containsExactly(left);
    }

    private Set<Long> expired(MaintenanceSettings settings, Instant now) {
        Table loaded = table.load();
        return ExpiryPlan.of(loaded, CommitterNeeds.snapshots(loaded), CommitterNeeds::isFloes, settings, now)
                .expired();
    }

    private static MaintenanceSettings keeping(int snapshotsMin, int snapshotsMax) {
        return new MaintenanceSettings(DAY, snapshotsMin, snapshotsMax, 50, DAY);
    }

    /** So long after everything in this test. */
    private Instant later(Duration time) {
        return Instant.ofEpochMilli(table.load().currentSnapshot().timestampMillis())
                .plus(time);
    }
}
