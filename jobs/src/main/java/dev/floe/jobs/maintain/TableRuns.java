package dev.floe.jobs.maintain;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.table.MaintenanceRun;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.maintain.MaintenanceFigures;
import dev.floe.storage.maintain.MaintenanceSettings;
import dev.floe.storage.maintain.TableMaintenance;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains tables one after the other, and reports to the catalog.
 *
 * <p>What goes wrong with a table leaves here only as its error; nor does one of its steps keep the next from being
 * tried. Where a run's end can't be reported CATALOG_UNAVAILABLE is thrown: the job starts again, and the table is due
 * again. One that was dropped or suspended since it was due is left alone. For one thread.
 */
final class TableRuns {
    private static final Logger LOG = LoggerFactory.getLogger(TableRuns.class);

    private final Catalog catalog;
    private final MaintenanceSettings keeps;
    private final Clock clock;

    TableRuns(Catalog catalog, MaintenanceSettings keeps, Clock clock) {
        this.catalog = catalog;
        this.keeps = keeps;
        this.clock = clock;
    }

    /** Runs a table's maintenance; empty where there was none to be. */
    Optional<MaintenanceRun> run(DueTable due) {
        Run run = new Run(due, clock.instant());
        try {
            Optional<TableDefinition> table = catalog.tables().find(due.tableId());
            if (table.isEmpty()) {
                return Optional.empty();
            }
            requireNotSuspended(table.get());
            run.all(table.get());
        } catch (RuntimeException e) {
            run.failed("", e);
        }
        return Optional.of(run.ended());
    }

    private void requireNotSuspended(TableDefinition table) {
        catalog.suspensions().find(table.id()).ifPresent(suspension -> {
            throw new FloeException(
                            ErrorCode.TABLE_SUSPENDED,
                            "table " + table.name().table() + " is suspended with " + suspension.code())
                    .advise("resume it first");
        });
    }

    /** What became of one table. */
    private final class Run {
        private final DueTable due;
        private final Instant begun;
        private String error = "";
        private String step = "";
        private MaintenanceFigures figures = MaintenanceFigures.NONE;
        private boolean hasLooked;

        Run(DueTable due, Instant begun) {
            this.due = due;
            this.begun = begun;
        }

        void all(TableDefinition definition) {
            Table table = catalog.tables().iceberg(definition.name());
            TableCommitter.requireIdentity(table, definition.layout());
            TableMaintenance maintenance = new TableMaintenance(table, settings(table), due.dry(), this::progress);
            attempt("manifests", maintenance::rewriteManifests);
            attempt("snapshots", () -> maintenance.expireSnapshots(begun));
            if (due.orphans()) {
                attempt("orphans", () -> hasLooked = maintenance.removeOrphans(begun, catalog.settledThrough()));
            }
            figures = maintenance.end();
        }

        private MaintenanceSettings settings(Table table) {
            try {
                return keeps.with(table.properties());
            } catch (IllegalArgumentException e) {
                throw new FloeException(
                        ErrorCode.INVALID_TABLE, "a property of the table won't do: " + e.getMessage(), e);
            }
        }

        private void attempt(String what, Runnable work) {
            try {
                work.run();
            } catch (RuntimeException e) {
                failed(what, e);
            }
        }

        void failed(String what, RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            String text = e instanceof FloeException known ? known.code() + ": " + known.message() : e.toString();
            error = error.isEmpty() ? text : error + "; " + text;
            LOG.warn("maintenance failed, the table stays whole: tableId={} step={} {}", due.tableId(), what, text, e);
        }

        private void progress(TableMaintenance.Step now, MaintenanceFigures done) {
            step = now.name();
            figures = done;
            if (due.request() > 0) {
                reportProgress();
            }
        }

        MaintenanceRun ended() {
            MaintenanceRun run = state(Optional.of(clock.instant()));
            catalog.maintenance().report(due.tableId(), run, hasLooked && !due.dry());
            if (!figures.equals(MaintenanceFigures.NONE) && !due.dry()) {
                LOG.info(
                        "maintained: tableId={} snapshots={} manifests={} files={} orphans={} bytes={} failures={}",
                        due.tableId(),
                        figures.snapshotsExpired(),
                        figures.manifestsRewritten(),
                        figures.filesRemoved(),
                        figures.orphansRemoved(),
                        figures.bytesRemoved(),
                        figures.failures());
            }
            return run;
        }

        private void reportProgress() {
            try {
                catalog.maintenance().report(due.tableId(), state(Optional.empty()), false);
            } catch (FloeException e) {
                LOG.warn("a table's maintenance can't be reported: tableId={} code={}", due.tableId(), e.code());
            }
        }

        private MaintenanceRun state(Optional<Instant> end) {
            return new MaintenanceRun(due.request(), due.dry(), begun, end, step, figures, error);
        }
    }
}
