package dev.floe.sql.scan;

/** What reads of data files keep for one another. */
record SharedReads(DeletionVectors vectors, TailMasks masks, PointReaders points, OpenIndexes indexes) {
    SharedReads() {
        this(new DeletionVectors(), new TailMasks(), new PointReaders(), new OpenIndexes());
    }
}
