package dev.floe.sql.translate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a plan fixes: the value of each {@code ?}, and the time.
 *
 * <p>Values are in the types of Calcite's generated code, with times as microseconds.
 */
public record BoundValues(List<@Nullable Object> parameters, Instant now) {
    public BoundValues {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }
}
