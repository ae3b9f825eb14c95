package dev.floe.cli.catalog;

/** Forms of descriptions and lists. */
enum DescribeFormat {
    TEXT,
    JSON
}
