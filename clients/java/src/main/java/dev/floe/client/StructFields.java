package dev.floe.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Value of a struct column: fields by name, in their order. */
public record StructFields(Map<String, @Nullable Object> fields) {
    public StructFields {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
