package dev.floe.sqlgateway.flight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of parameters as a client bound them, and what they are counted for. */
record ParameterRows(List<List<@Nullable Object>> rows, ParameterMemory.Share memory) implements AutoCloseable {
    @Override
    public void close() {
        memory.close();
    }
}
