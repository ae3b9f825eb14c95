package dev.floe.catalog.postgres;

import dev.floe.core.settings.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of this machine's own programs, with an empty cluster on a free port of loopback.
 *
 * <p>PostgreSQL refuses to run as root: root runs it as the user {@code postgres}, which Debian's package makes.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String USER = "floe";
    private static final Secret PASSWORD = new Secret("a password of the test");

    private final Path programs;
    private final Path folder;
    private final int port;
    private int databases;

    private PostgresServer(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    /** Starts a server where PostgreSQL is installed; else says so on standard error, for tests to be skipped. */
    public static Optional<PostgresServer> start() {
        Optional<Path> programs = programs();
        if (programs.isEmpty()) {
            System.err.println("NO POSTGRESQL in " + INSTALLED + ": tests of the catalog on Postgres are skipped."
                    + " Debian: apt-get install postgresql");
            return Optional.empty();
        }
        try {
            Path folder = Files.createTempDirectory("floe-postgres-");
            PostgresServer server = new PostgresServer(programs.get(), folder, freePort());
            server.create();
            return Optional.of(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JDBC URL of a new, empty database. */
    public String newDatabase() {
        String name = "test_" + ++databases;
        try (Connection connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD.value());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("can't create a database", e);
        }
        return url(name);
    }

    public String user() {
        return USER;
    }

    public Secret password() {
        return PASSWORD;
    }

    /** Stops it as a crash would: nothing is flushed, every connection breaks. */
    public void kill() {
        control("stop", "-m", "immediate");
    }

    /** Starts it again on the same port. */
    public void restart() {
        control("start", "-w", "-l", folder.resolve("log").toString());
    }

    @Override
    public void close() {
        control("stop", "-m", "fast");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private void create() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD.value());
        if (isRoot()) {
            run("chown", "-R", "postgres", folder.toString());
        }
        asOwner(
                programs.resolve("initdb").toString(),
                "--pgdata=" + folder.resolve("cluster"),
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync");
        restart();
    }

    private void control(String verb, String... options) {
        List<String> command = new ArrayList<>(List.of(
                programs.resolve("pg_ctl").toString(),
                verb,
                "-D",
                folder.resolve("cluster").toString()));
        command.addAll(List.of(options));
        if (verb.equals("start")) {
            command.add("-o");
            command.add("-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off");
        }
        asOwner(command.toArray(String[]::new));
    }

    private static void asOwner(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        whole.addAll(List.of(command));
        run(whole.toArray(String[]::new));
    }

    private static void run(String... command) {
        try {
            // into a file: the server keeps the output open, so its end would never come
            Path output = Files.createTempFile("floe-postgres-", ".out");
            int exit = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            String said = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            if (exit != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Optional<Path> programs() {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name", "").equals("root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
