package dev.floe.cli.format;

/** Forms of a result. */
public enum ResultFormat {
    /** Drawn for people; long cells are cut. */
    TABLE,
    /** RFC 4180; NULL is empty, the empty string is {@code ""}. */
    CSV,
    /** Tabs between values; NULL is {@code \N}; tab, line break and backslash are escaped. */
    TSV,
    /** One object a line. */
    JSONL,
    /** One array of objects. */
    JSON
}
