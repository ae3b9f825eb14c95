package dev.floe.cli.catalog;

import picocli.CommandLine.Option;

/** The form of an answer. */
final class OutputOption {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json. Default: text.")
    private DescribeFormat format = DescribeFormat.TEXT;

    boolean isJson() {
        return format == DescribeFormat.JSON;
    }
}
