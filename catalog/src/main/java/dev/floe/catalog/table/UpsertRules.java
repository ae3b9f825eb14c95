package dev.floe.catalog.table;

/**
 * How an upsert table makes one row of several of a key.
 *
 * <p>{@code version} names the column whose greater value wins; empty where the newest row wins.
 */
public record UpsertRules(String version, MissingColumns missing) {
    /** The newest row wins whole. */
    public static final UpsertRules NEWEST = new UpsertRules("", MissingColumns.NULL);

    public boolean hasVersion() {
        return !version.isEmpty();
    }
}
