package dev.floe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.floe.catalog.principal.Role;
import dev.floe.cli.RunningCli.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogCommandsTest {
    private static final String ROUTES = """
            table: routes
            mode: upsert
            key: [origin]
            columns:
              - {name: origin, type: string, required: true}
              - {name: delay, type: "decimal(10,2)"}
            """;

    @TempDir
    Path folder;

    private CatalogServer server;
    private RunningCli admin;

    @BeforeEach
    void start() throws Exception {
        server = new CatalogServer(folder.resolve("server"));
        admin = as(server.key("default", Role.ADMIN));
        Files.writeString(folder.resolve("routes.yaml"), ROUTES);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void createsATableFromAFile() {
        Run run = admin.run("table", "create", "-f", "routes.yaml");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("table default.routes: upsert, key (origin)")
                .contains("decimal(10,2)");
    }

    @Test
    void createsATableFromStandardInput() {
        assertThat(admin.input(ROUTES).run("table", "create", "-").exitCode()).isZero();
    }

    @Test
    void leavesATableThatIsThereIfAsked() {
        admin.run("table", "create", "routes.yaml");

        Run again = admin.run("table", "create", "routes.yaml");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).startsWith("floe: TABLE_EXISTS (301): ").doesNotContain("\tat ");
        assertThat(admin.run("table", "create", "routes.yaml", "--if-not-exists")
                        .exitCode())
                .isZero();
    }

    @Test
    void altersColumnsInTheOrderOfTheOptions() {
        admin.run("table", "create", "routes.yaml");

        Run run = admin.run(
                "table",
                "alter",
                "routes",
                "--rename",
                "delay=minutes",
                "--add",
                "delay decimal(4, 1)",
                "--add",
                "at struct<zip: string>",
                "--add",
                "at.city string",
                "--move",
                "at:after:origin",
                "--widen",
                "minutes=decimal(12,2)",
                "--drop",
                "delay");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("schema version 2")
                .containsSubsequence("origin", "at", "struct<zip: string, city: string>", "minutes", "decimal(12,2)")
                .doesNotContain("delay");
    }

    @Test
    void addsIndexesShowsThemAndDropsThem() {
        admin.run("table", "create", "routes.yaml");

        Run added = admin.run("table", "alter", "routes", "--add-index", "by_delay=delay,origin");
        Run shown = admin.run("table", "describe", "routes");
        Run json = admin.run("table", "describe", "routes", "--format", "json");
        Run wrong = admin.run("table", "alter", "routes", "--add-index", "by_delay");
        Run dropped = admin.run("table", "alter", "routes", "--drop-index", "by_delay");

        assertThat(added.err()).isEmpty();
        assertThat(shown.out()).containsSubsequence("schema version 1", "by_delay", "delay, origin");
        assertThat(json.out()).contains("\"indexes\"").contains("\"by_delay\"");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(dropped.out()).contains("routes").doesNotContain("by_delay");
    }

    @Test
    void refusesAlterationsThatCannotBe() {
        admin.run("table", "create", "routes.yaml");

        Run key = admin.run("table", "alter", "routes", "--drop", "origin");
        Run required = admin.run("table", "alter", "routes", "--add", "vat double required");
        Run usage = admin.run("table", "alter", "routes", "--move", "delay:before:origin");

        assertThat(key.exitCode()).isEqualTo(1);
        assertThat(key.err()).startsWith("floe: INVALID_TABLE (304): ").contains("key column");
        assertThat(required.err()).contains("no value");
        assertThat(usage.exitCode()).isEqualTo(2);
        assertThat(usage.err()).contains("COLUMN:after:OTHER");
    }

    @Test
    void bringsATableToADeclaration() throws Exception {
        Run created = admin.run("table", "apply", "routes.yaml");
        String wanted = ROUTES.replace("decimal(10,2)", "decimal(14,2)") + "  - {name: carrier, type: string}\n"
                + "indexes:\n  - {name: by_carrier, columns: [carrier]}\n";
        Files.writeString(folder.resolve("routes.yaml"), wanted);
        Run altered = admin.run("table", "apply", "routes.yaml");
        Run same = admin.run("table", "apply", "routes.yaml");
        Files.writeString(folder.resolve("routes.yaml"), ROUTES);
        Run lacking = admin.run("table", "apply", "routes.yaml");

        assertThat(created.out()).contains("schema version 1");
        assertThat(altered.err()).isEmpty();
        assertThat(altered.out()).contains("schema version 2", "decimal(14,2)", "carrier", "by_carrier");
        assertThat(same.out()).contains("schema version 2");
        assertThat(lacking.err()).contains("carrier", "allow drops");
    }

    @Test
    void letsOnlyAdminsAlter() throws Exception {
        admin.run("table", "create", "routes.yaml");

        Run run = as(server.key("default", Role.WRITER)).run("table", "alter", "routes", "--drop", "delay");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("PERMISSION_DENIED");
    }

    @Test
    void describesATableAsJson() throws Exception {
        admin.run("table", "create", "routes.yaml");

        Run run = admin.run("table", "describe", "routes", "--format", "json");

        JsonNode table = new JsonMapper().readTree(run.out());
        assertThat(table.at("/table").textValue()).isEqualTo("routes");
        assertThat(table.at("/key/0").textValue()).isEqualTo("origin");
        assertThat(table.at("/columns/1/type").textValue()).isEqualTo("decimal(10,2)");
        assertThat(table.at("/state/snapshot-id").isNull()).isTrue();
    }

    @Test
    void listsTables() throws Exception {
        admin.run("table", "create", "routes.yaml");

        assertThat(admin.run("table", "list").out()).contains("routes | upsert | origin");
        assertThat(new JsonMapper()
                        .readTree(admin.run("table", "list", "--format=json").out()))
                .hasSize(1);
    }

    @Test
    void dropsOnlyWhatIsConfirmed() {
        admin.run("table", "create", "routes.yaml");

        Run unasked = admin.run("table", "drop", "routes");
        Run another = admin.onTerminal().input("yes\n").run("table", "drop", "routes");
        Run nothing = admin.input("").run("table", "drop", "routes");
        assertThat(unasked.exitCode()).isEqualTo(2);
        assertThat(unasked.err()).contains("--yes");
        assertThat(another.exitCode()).isEqualTo(1);
        assertThat(nothing.out()).contains("Type its name: not dropped");
        assertThat(admin.run("table", "list").out()).contains("routes");

        assertThat(admin.input("routes\n").run("table", "drop", "routes").out()).contains("dropped routes");
    }

    @Test
    void dropsATable() {
        admin.run("table", "create", "routes.yaml");

        assertThat(admin.run("table", "drop", "routes", "--yes").out()).startsWith("dropped routes");

        Run gone = admin.run("table", "describe", "routes");
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.err()).contains("TABLE_NOT_FOUND (300)", "  do: ");
        assertThat(admin.run("table", "drop", "routes", "--if-exists", "--yes").exitCode())
                .isZero();
    }

    @Test
    void namesTheFieldOfADeclarationsMistake() throws Exception {
        Files.writeString(folder.resolve("bad.yaml"), ROUTES.replace("[origin]", "[nowhere]"));

        Run run = admin.run("table", "create", "bad.yaml");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("INVALID_TABLE (304)", "  at: key[0]");
    }

    @Test
    void worksOnAnotherTenantForOperators() {
        admin.run("tenant", "create", "acme");
        admin.run("table", "create", "routes.yaml", "--tenant", "acme");

        assertThat(admin.run("table", "list").out()).doesNotContain("routes");
        assertThat(admin.run("table", "list", "--tenant", "acme").out()).contains("routes");
        assertThat(admin.run("tenant", "list").out()).contains("acme", "default");
    }

    @Test
    void refusesWhatTheKeyMayNot() {
        RunningCli reader = as(server.key("default", Role.READER));

        Run run = reader.run("table", "create", "routes.yaml");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("PERMISSION_DENIED (401)");
    }

    @Test
    void printsANewKeyAloneToStandardOutput() {
        Run made = admin.run("key", "create", "--role", "reader,writer", "--label", "billing");

        assertThat(made.out().strip()).startsWith("floe_").doesNotContain(" ");
        assertThat(made.err()).contains("reader, writer");
        assertThat(as(made.out().strip()).run("table", "list").exitCode()).isZero();
    }

    @Test
    void revokesAKey() throws Exception {
        Run made = admin.run("key", "create", "--role", "reader", "--format", "json");
        String id = new JsonMapper().readTree(made.out()).at("/id").textValue();

        assertThat(admin.run("key", "revoke", id).out()).startsWith("revoked " + id);

        JsonNode keys = new JsonMapper()
                .readTree(admin.run("key", "list", "--format", "json").out());
        assertThat(keys)
                .filteredOn(key -> key.get("id").textValue().equals(id))
                .allSatisfy(key -> assertThat(key.get("revoked-at").isTextual()).isTrue());
        assertThat(admin.run("key", "list").out()).doesNotContain("floe_");
    }

    @Test
    void showsEachServicesStateAndFailsWhereOneIsMissing() {
        Run run = admin.run("status");

        assertThat(run.out())
                .containsPattern("floe.v1.CatalogService +\\| [0-9.:]+ +\\| serving")
                .containsPattern("floe.v1.IngestService +\\| [0-9.:]+ +\\| not-offered")
                .contains("floe 1.2.3", "tenant default, admin")
                .containsPattern("a-part +\\| yes +\\| first")
                .contains("second thing", "the last")
                .doesNotContain("\u2026");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void answersThreeWhereTheKeyIsNotAccepted() {
        Run run = as("floe_0123456789abcdef_" + "0".repeat(64)).run("table", "list");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("UNAUTHENTICATED (400)");
    }

    private RunningCli as(String key) {
        return new RunningCli(folder).with("FLOE_ENDPOINT", server.endpoint()).with("FLOE_API_KEY", key);
    }
}
