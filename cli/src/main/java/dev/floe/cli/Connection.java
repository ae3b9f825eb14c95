package dev.floe.cli;

import dev.floe.client.ClientSettings;
import dev.floe.client.FloeClient;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.folder.Endpoints;
import dev.floe.core.folder.KeyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options that say which server to call, and as whom.
 *
 * <p>Each may stand before or after the subcommand; the one after wins. The key of a data folder is sent only to the
 * endpoint of that folder: naming an endpoint alone never gives the local admin's key away.
 */
public final class Connection {
    private static final String FOLDER_DEFAULT = ".floe/data";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--endpoint",
            paramLabel = "HOST:PORT",
            description = "The server's gRPC address. Default: FLOE_ENDPOINT, else what the server of the data folder"
                    + " has written there.")
    private @Nullable String endpoint;

    @Option(
            names = "--data-folder",
            paramLabel = "FOLDER",
            // a line of its own, as a line may break after the path's first dot
            description = {
                "Folder of a server on this machine.",
                "Default: FLOE_DATA_FOLDER, else " + FOLDER_DEFAULT + "."
            })
    private @Nullable Path dataFolder;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The API key; others on this machine may see it in the list of processes. Default:"
                    + " --key-file, else FLOE_API_KEY, else the admin's key in the data folder.")
    private @Nullable String key;

    @Option(names = "--key-file", paramLabel = "FILE", description = "A file that holds the API key.")
    private @Nullable Path keyFile;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean unusedHelp; // picocli acts on it

    @Option(names = "--tls", description = "Connect with TLS, trusting what the JVM trusts.")
    private boolean tls;

    @Option(names = "--verbose", description = "Print the stack trace of a failure.")
    private boolean verbose;

    /** Connects lazily: a server that is away is noticed by the first call. */
    public FloeClient open() {
        return FloeClient.connect(settings());
    }

    /** The address that {@link #open} connects to. */
    public String target() {
        return settings().endpoints().catalog();
    }

    public Surroundings surroundings() {
        return root().surroundings();
    }

    boolean isVerbose() {
        return verbose || root().connection().verbose;
    }

    ClientSettings settings() {
        Optional<String> named = value(c -> c.endpoint).or(() -> environment("FLOE_ENDPOINT"));
        Optional<Path> folderNamed = value(c -> c.dataFolder)
                .or(() -> environment("FLOE_DATA_FOLDER").map(Path::of));
        Path folder = surroundings().folder().resolve(folderNamed.orElse(Path.of(FOLDER_DEFAULT)));
        String target = named.orElseGet(() -> servingIn(folder));
        boolean folderTrusted = named.isEmpty() || value(c -> c.dataFolder).isPresent();
        return ClientSettings.of(target, keyFor(folder, folderTrusted)).withTls(tls || root().connection().tls);
    }

    private String keyFor(Path folder, boolean folderTrusted) {
        Optional<String> given = value(c -> c.key);
        if (given.isPresent()) {
            return given.get();
        }
        Optional<Path> file = value(c -> c.keyFile);
        if (file.isPresent()) {
            return KeyFile.read(surroundings().folder().resolve(file.get())).value();
        }
        Optional<String> fromEnvironment = environment("FLOE_API_KEY");
        if (fromEnvironment.isPresent()) {
            return fromEnvironment.get();
        }
        Path admin = folder.resolve(KeyFile.ADMIN);
        return folderTrusted && Files.exists(admin) ? KeyFile.read(admin).value() : "";
    }

    private static String servingIn(Path folder) {
        return Endpoints.read(folder)
                .map(Endpoints::grpc)
                .orElseThrow(() -> new FloeException(
                                ErrorCode.SERVER_UNREACHABLE, "no server runs in the data folder " + folder)
                        .advise("start one with: floe standalone; or name one with --endpoint HOST:PORT or another "
                                + "folder with --data-folder"));
    }

    private <T> Optional<T> value(Function<Connection, @Nullable T> field) {
        return Optional.ofNullable(field.apply(this)).or(() -> Optional.ofNullable(field.apply(root().connection())));
    }

    private Optional<String> environment(String variable) {
        return Optional.ofNullable(surroundings().environment().get(variable)).filter(value -> !value.isBlank());
    }

    private FloeCli root() {
        if (command != null && command.root().userObject() instanceof FloeCli floe) {
            return floe;
        }
        throw new IllegalStateException("these options belong to a subcommand of floe");
    }
}
