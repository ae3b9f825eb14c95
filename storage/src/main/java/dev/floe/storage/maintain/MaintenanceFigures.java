package dev.floe.storage.maintain;

/**
 * What maintenance did to a table, or would do.
 *
 * @param snapshotsExpired snapshots that are gone from the table's metadata
 * @param manifestsRewritten small manifests that were made larger ones
 * @param filesRemoved files of expired snapshots, sidecars among them
 * @param orphansRemoved files that nothing named
 * @param bytesRemoved bytes of both kinds of files
 * @param failures files that could not be removed; they are orphans from now on
 */
public record MaintenanceFigures(
        long snapshotsExpired,
        long manifestsRewritten,
        long filesRemoved,
        long orphansRemoved,
        long bytesRemoved,
        long failures) {
    public static final MaintenanceFigures NONE = new MaintenanceFigures(0, 0, 0, 0, 0, 0);

    public MaintenanceFigures plus(MaintenanceFigures other) {
        return new MaintenanceFigures(
                snapshotsExpired + other.snapshotsExpired,
                manifestsRewritten + other.manifestsRewritten,
                filesRemoved + other.filesRemoved,
                orphansRemoved + other.orphansRemoved,
                bytesRemoved + other.bytesRemoved,
                failures + other.failures);
    }

    static MaintenanceFigures ofExpiry(int snapshots, FileRemover files) {
        return new MaintenanceFigures(snapshots, 0, files.files(), 0, files.bytes(), files.failures());
    }

    static MaintenanceFigures ofManifests(int manifests) {
        return new MaintenanceFigures(0, manifests, 0, 0, 0, 0);
    }

    static MaintenanceFigures ofOrphans(FileRemover files) {
        return new MaintenanceFigures(0, 0, 0, files.files(), files.bytes(), files.failures());
    }
}
