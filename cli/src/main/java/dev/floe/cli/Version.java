package dev.floe.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, as its jar names it. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"floe " + (version == null ? "(not built as a jar)" : version)};
    }
}
