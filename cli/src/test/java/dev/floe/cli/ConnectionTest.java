package dev.floe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.principal.Role;
import dev.floe.cli.RunningCli.Run;
import dev.floe.core.folder.Endpoints;
import dev.floe.core.folder.KeyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
    @TempDir
    Path folder;

    private CatalogServer server;
    private String key;

    @BeforeEach
    void start() throws Exception {
        server = new CatalogServer(folder.resolve("server"));
        key = server.key("default", Role.ADMIN);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void findsTheServerAndItsKeyInTheDataFolder() throws Exception {
        serve(folder.resolve(".floe/data"));

        assertThat(cli().run("table", "list").exitCode()).isZero();
    }

    @Test
    void takesADataFolderByName() throws Exception {
        serve(folder.resolve("elsewhere"));

        assertThat(cli().run("table", "list", "--data-folder", "elsewhere").exitCode())
                .isZero();
        assertThat(cli().run("--data-folder", "elsewhere", "table", "list").exitCode())
                .isZero();
    }

    @Test
    void neverSendsTheFoldersKeyToAnotherEndpoint() throws Exception {
        serve(folder.resolve(".floe/data"));

        Run run = cli().run("table", "list", "--endpoint", server.endpoint());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("UNAUTHENTICATED");
    }

    @Test
    void readsTheKeyFromAFile() throws Exception {
        Files.writeString(folder.resolve("key"), key + "\n");

        Run run = cli().run("table", "list", "--endpoint", server.endpoint(), "--key-file", "key");

        assertThat(run.exitCode()).isZero();
    }

    @Test
    void prefersTheOptionsToTheEnvironment() {
        Run run = cli().with("FLOE_API_KEY", "floe_wrong")
                .with("FLOE_ENDPOINT", "127.0.0.1:1")
                .run("table", "list", "--endpoint", server.endpoint(), "--key", key);

        assertThat(run.exitCode()).isZero();
    }

    @Test
    void answersThreeWhereNoServerRuns() {
        Run run = cli().run("table", "list");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("SERVER_UNREACHABLE (606)", "  do: start one with: floe standalone");
    }

    @Test
    void answersThreeWhereNothingListens() {
        for (String command : new String[] {"status", "tenant list"}) {
            Run run = cli().run((command + " --endpoint 127.0.0.1:1").split(" "));

            assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
            assertThat(run.err()).contains("SERVER_UNREACHABLE").doesNotContain("\tat ");
        }
    }

    @Test
    void printsTheStackTraceOnlyWhereAskedFor() {
        Run run = cli().run("table", "list", "--verbose");

        assertThat(run.err()).contains("\tat dev.floe.cli.");
    }

    @Test
    void answersTwoToWrongUsage() {
        assertThat(cli().run("table", "describe").exitCode()).isEqualTo(2);
        assertThat(cli().run("table", "create").exitCode()).isEqualTo(2);
        assertThat(cli().run("no-such-command").exitCode()).isEqualTo(2);
        assertThat(cli().run("sql", "SELECT 1", "-e", "SELECT 2").exitCode()).isEqualTo(2);
        assertThat(cli().run("ingest", "--table", "x", "--batch-rows", "0").exitCode())
                .isEqualTo(2);
        assertThat(cli().run("key", "create", "--role", "owner").exitCode()).isEqualTo(2);
    }

    private void serve(Path dataFolder) throws Exception {
        Files.createDirectories(dataFolder);
        new Endpoints(server.endpoint(), "", "", "", "").write(dataFolder);
        Files.writeString(dataFolder.resolve(KeyFile.ADMIN), key + "\n");
    }

    private RunningCli cli() {
        return new RunningCli(folder);
    }
}
