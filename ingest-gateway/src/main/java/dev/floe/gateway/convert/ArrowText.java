package dev.floe.gateway.convert;

import dev.floe.storage.arrow.DecodedBytes;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.Value;
import org.apache.iceberg.types.Type;

/** Dates, times, timestamps, decimals and uuids out of text, as rows have them. */
final class ArrowText {
    private ArrowText() {}

    /** True for types that may be sent as text. */
    static boolean reads(Type type) {
        return switch (type.typeId()) {
            case DATE, TIME, TIMESTAMP, DECIMAL, UUID -> true;
            case BOOLEAN,
                    INTEGER,
                    LONG,
                    FLOAT,
                    DOUBLE,
                    STRING,
                    BINARY,
                    LIST,
                    MAP,
                    STRUCT,
                    FIXED,
                    TIMESTAMP_NANO,
                    UNKNOWN,
                    VARIANT,
                    GEOMETRY,
                    GEOGRAPHY -> false;
        };
    }

    static Vector vector(BytesVector texts, Type type, DecodedBytes decoded, Faults faults) {
        ValueSink sink = ValueSink.of(type, texts.size(), new SinkLimits(0, decoded));
        for (int slot = 0; slot < texts.size(); slot++) {
            if (texts.isNull(slot)) {
                sink.addNull();
                continue;
            }
            try {
                sink.add(Value.newBuilder().setText(texts.text(slot)).build());
            } catch (BadValue e) {
                faults.add(slot, e);
                sink.addNull();
            }
        }
        return sink.finish();
    }
}
