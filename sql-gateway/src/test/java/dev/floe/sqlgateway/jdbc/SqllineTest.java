package dev.floe.sqlgateway.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.sqlgateway.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sqlline.SqlLine;

class SqllineTest {
    private final TestServer server = new TestServer(TestServer.SETTINGS);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void describesAndQueriesThroughAvaticasDriver() throws IOException {
        String shown = run("-u", server.jdbcUrl("reader"), "-n", "any", "-p", "reader");
        assertThat(shown).contains("routes").contains("events").doesNotContain("secrets");
        assertThat(shown).contains("origin").contains("KEY_SEQ");
        assertThat(shown).contains("3 rows selected");
    }

    @Test
    void knowsPrimaryKeysThroughFloesDriver() throws IOException {
        String url = "jdbc:floe://127.0.0.1:" + server.gateway().jdbcPort();
        String shown = run("-d", "dev.floe.sqlgateway.driver.FloeDriver", "-u", url, "-n", "any", "-p", "reader");
        String keys = shown.substring(shown.indexOf("PK_NAME"));
        assertThat(keys).contains("origin").contains("number").contains("3 rows selected");
        assertThat(keys).doesNotContain("delay");
    }

    @Test
    void isRefusedWithAWrongKey() throws IOException {
        String url = "jdbc:floe://127.0.0.1:" + server.gateway().jdbcPort();
        assertThat(run("-d", "dev.floe.sqlgateway.driver.FloeDriver", "-u", url, "-n", "any", "-p", "wrong"))
                .contains("401")
                .doesNotContain("routes ");
    }

    private static String run(String... arguments) throws IOException {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        SqlLine shell = new SqlLine();
        try (PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8)) {
            shell.setOutputStream(out);
            shell.setErrorStream(out);
            String script = "!set maxwidth 200\n!tables\n!columns routes\n!primarykeys routes\nnumbers 3;\n!quit\n";
            shell.begin(arguments, new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)), false);
        }
        return shown.toString(StandardCharsets.UTF_8);
    }
}
