package dev.floe.storage.arrow;

import dev.floe.core.error.FloeException;
import java.util.function.Supplier;

/** Counts the bytes that a batch takes once decoded, and refuses it beyond its limit. */
public final class DecodedBytes {
    private final long bytesMax;
    private final Supplier<FloeException> tooLarge;
    private long bytes;

    public DecodedBytes(long bytesMax, Supplier<FloeException> tooLarge) {
        this.bytesMax = bytesMax;
        this.tooLarge = tooLarge;
    }

    /** Throws what {@code tooLarge} gives; to be called before the bytes are allocated. */
    public void add(long more) {
        if (more > bytesMax - bytes) {
            throw tooLarge.get();
        }
        bytes += more;
    }
}
