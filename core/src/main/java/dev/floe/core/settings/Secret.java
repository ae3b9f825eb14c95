package dev.floe.core.settings;

/** A string that never prints itself. */
public record Secret(String value) {
    @Override
    public String toString() {
        return "***";
    }
}
