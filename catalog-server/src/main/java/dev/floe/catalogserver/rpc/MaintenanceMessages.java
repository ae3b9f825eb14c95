package dev.floe.catalogserver.rpc;

import dev.floe.catalog.table.MaintenanceRun;
import dev.floe.catalog.table.MaintenanceState;
import dev.floe.storage.maintain.MaintenanceFigures;
import dev.floe.wire.v1.TableDescription;
import dev.floe.wire.v1.TableMaintenance;

/** Tables' maintenance as messages. */
final class MaintenanceMessages {
    private MaintenanceMessages() {}

    /** The description with the maintenance, where there ever was any. */
    static TableDescription add(TableDescription description, MaintenanceState state, boolean withError) {
        if (state.asked().isEmpty() && state.byItself().isEmpty()) {
            return description;
        }
        TableMaintenance.Builder maintenance = TableMaintenance.newBuilder();
        state.asked().ifPresent(run -> maintenance.setAsked(message(run, withError)));
        state.byItself().ifPresent(run -> maintenance.setByItself(message(run, withError)));
        return description.toBuilder().setMaintenance(maintenance).build();
    }

    private static dev.floe.wire.v1.MaintenanceRun message(MaintenanceRun run, boolean withError) {
        MaintenanceFigures figures = run.figures();
        return dev.floe.wire.v1.MaintenanceRun.newBuilder()
                .setRequest(run.request())
                .setDryRun(run.dry())
                .setRunning(run.endedAt().isEmpty())
                .setBegunAtMicros(TableMessages.micros(run.begunAt()))
                .setEndedAtMicros(run.endedAt().map(TableMessages::micros).orElse(0L))
                .setStep(run.step())
                .setSnapshotsExpired(figures.snapshotsExpired())
                .setManifestsRewritten(figures.manifestsRewritten())
                .setFilesRemoved(figures.filesRemoved())
                .setOrphansRemoved(figures.orphansRemoved())
                .setBytesRemoved(figures.bytesRemoved())
                .setFilesNotRemoved(figures.failures())
                .setError(withError ? run.error() : "")
                .build();
    }
}
