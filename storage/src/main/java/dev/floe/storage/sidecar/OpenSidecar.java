package dev.floe.storage.sidecar;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A sidecar that is searched for long, and opened again where somebody wrote to its file meanwhile.
 *
 * <p>Floe never writes to a sidecar that is there, but people, backups and disks do. What a search found counts only
 * where the file is before and after it as it was when its checksum held. Safe for threads.
 */
public final class OpenSidecar<S extends CheckedSidecar> {
    private static final int ATTEMPTS = 3;

    private final String location;
    private final Supplier<S> opener;
    private volatile S current;

    /** @param opener opens the sidecar, or makes it anew where it is damaged */
    public OpenSidecar(String location, Supplier<S> opener) {
        this.location = location;
        this.opener = opener;
        this.current = opener.get();
    }

    /**
     * What a search finds; it may run more than once. Throws STORAGE_UNAVAILABLE where the file keeps changing, and
     * what opening it throws.
     */
    public <T> T search(Function<? super S, T> search) {
        S sidecar = current;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                // the look before: a map of a file that became shorter faults, and not at once
                if (sidecar.isAsChecked()) {
                    T found = search.apply(sidecar);
                    if (sidecar.isAsChecked()) {
                        return found;
                    }
                }
            } catch (IndexOutOfBoundsException | InternalError e) {
                if (e instanceof IndexOutOfBoundsException && sidecar.isAsChecked()) {
                    throw e;
                }
                // the map's fault, or numbers that were written over
            }
            sidecar = again(sidecar);
        }
        throw new FloeException(
                        ErrorCode.STORAGE_UNAVAILABLE, "the sidecar " + location + " is written to again and again")
                .advise("find out who writes to files below the warehouse; nobody but Floe may");
    }

    /** Bytes of the mapped part. */
    public long bytes() {
        return current.bytes();
    }

    private synchronized S again(S seen) {
        if (current == seen) {
            current = opener.get();
        }
        return current;
    }
}
