package dev.floe.gateway.convert;

/** Counts the bytes that a batch takes once decoded, and refuses it beyond its limit. */
final class DecodedBytes {
    private final ConvertLimits limits;
    private long bytes;

    DecodedBytes(ConvertLimits limits) {
        this.limits = limits;
    }

    /** Throws MESSAGE_TOO_LARGE; to be called before the bytes are allocated. */
    void add(long more) {
        if (more > limits.bytesMax() - bytes) {
            throw limits.tooLarge();
        }
        bytes += more;
    }
}
