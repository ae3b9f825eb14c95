package dev.floe.storage.commit;

import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A catalog in memory whose commits can fail, before or after they land, or meet another commit on their way. */
final class FaultyCatalog extends InMemoryCatalog {
    private Fault next = Fault.NONE;
    private Runnable meanwhile = () -> {};

    /** What happens to the next commit. */
    enum Fault {
        NONE,
        /** A connection lost before the commit was sent. */
        LOST_BEFORE,
        /** A connection lost after the commit landed, with an exception that admits nothing. */
        LOST_AFTER,
        /** The same, with the exception that Iceberg has for it. */
        UNKNOWN_AFTER,
        /** The commit lands, and a driver's own retry of it is refused. */
        CONFLICT_AFTER,
        /** The commit is refused though nobody else committed. */
        CONFLICT_BEFORE
    }

    void failNext(Fault fault) {
        next = fault;
    }

    /** Runs something between the next commit's planning and its landing. */
    void beforeNext(Runnable action) {
        meanwhile = action;
    }

    /** Takes back what no commit has met yet. */
    void behave() {
        next = Fault.NONE;
        meanwhile = () -> {};
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier identifier) {
        return new Operations(super.newTableOps(identifier));
    }

    private final class Operations implements TableOperations {
        private final TableOperations operations;

        Operations(TableOperations operations) {
            this.operations = operations;
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            Fault fault = next;
            Runnable action = meanwhile;
            behave();
            action.run();
            switch (fault) {
                case LOST_BEFORE -> throw new IllegalStateException("connection lost");
                case CONFLICT_BEFORE -> throw new CommitFailedException("refused");
                case NONE, LOST_AFTER, UNKNOWN_AFTER, CONFLICT_AFTER -> operations.commit(base, metadata);
            }
            switch (fault) {
                case LOST_AFTER -> throw new IllegalStateException("connection lost");
                case UNKNOWN_AFTER -> throw new CommitStateUnknownException(new IllegalStateException("timeout"));
                case CONFLICT_AFTER -> throw new CommitFailedException("refused");
                case NONE, LOST_BEFORE, CONFLICT_BEFORE -> {}
            }
        }

        @Override
        public TableMetadata current() {
            return operations.current();
        }

        @Override
        public TableMetadata refresh() {
            return operations.refresh();
        }

        @Override
        public FileIO io() {
            return operations.io();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return operations.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return operations.locationProvider();
        }
    }
}
