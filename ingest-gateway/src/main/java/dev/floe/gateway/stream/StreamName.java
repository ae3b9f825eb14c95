package dev.floe.gateway.stream;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.UUID;

/** A stream by the name its writer gave it within a table. */
public record StreamName(UUID tableId, String name) {
    private static final int LENGTH_MAX = 256;

    /** Throws INVALID_ARGUMENT where the name is empty or too long. */
    public StreamName {
        if (name.isEmpty() || name.length() > LENGTH_MAX) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT,
                            "a stream id has " + name.length() + " characters, not 1 to 256")
                    .at("stream_id")
                    .advise("name the stream with 1 to 256 characters");
        }
    }
}
