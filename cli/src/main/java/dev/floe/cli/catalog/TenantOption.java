package dev.floe.cli.catalog;

import picocli.CommandLine.Option;

/** The tenant that a call of the catalog is about. */
final class TenantOption {
    @Option(
            names = "--tenant",
            paramLabel = "TENANT",
            defaultValue = "",
            description = "Another tenant than the key's own; operators of the installation only.")
    private String name = "";

    String name() {
        return name;
    }
}
