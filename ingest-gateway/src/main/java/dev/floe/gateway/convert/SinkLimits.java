package dev.floe.gateway.convert;

import dev.floe.storage.arrow.DecodedBytes;
import dev.floe.storage.column.NullVectors;
import org.apache.iceberg.types.Type;

/** What the sinks of one batch may hold together, and how deep they may nest from here. */
record SinkLimits(int depthLeft, DecodedBytes decoded) {
    static SinkLimits of(ConvertLimits limits) {
        return new SinkLimits(limits.valueDepthMax(), new DecodedBytes(limits.bytesMax(), limits::tooLarge));
    }

    /** Counts slots of a type before they are made; those within lists and maps are counted by these. */
    void count(Type type, int slots) {
        decoded.add(slots * NullVectors.bytesEach(type));
    }

    SinkLimits deeper() {
        if (depthLeft <= 0) {
            throw new IllegalStateException("a column nests deeper than any table may");
        }
        return new SinkLimits(depthLeft - 1, decoded);
    }
}
