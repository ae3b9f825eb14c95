package dev.floe.core.settings;

import java.io.Serializable;

/** A string that never prints itself. */
public record Secret(String value) implements Serializable {
    @Override
    public String toString() {
        return "***";
    }
}
