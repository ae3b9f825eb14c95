package dev.floe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.principal.Role;
import dev.floe.cli.RunningCli.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandsTest {
    private static final String EVENTS =
            "table: events\nmode: append\ncolumns: [{name: id, type: long}, {name: kind, type: string}]\n";

    @TempDir
    Path folder;

    private final MemoryTable table = new MemoryTable();
    private CatalogServer server;
    private RunningCli cli;

    @BeforeEach
    void start() throws Exception {
        server = new CatalogServer(folder.resolve("server"), table, new CountingQueries());
        cli = new RunningCli(folder)
                .with("FLOE_ENDPOINT", server.endpoint())
                .with("FLOE_API_KEY", server.key("default", Role.ADMIN));
        assertThat(cli.input(EVENTS).run("table", "create", "-").exitCode()).isZero();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void sendsJsonLinesFromStandardInput() {
        Run run = cli.input("{\"id\":1}\n{\"id\":2,\"kind\":\"x\"}\n").run("ingest", "--table", "events");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("2 rows read, 2 stored, 0 refused, in ");
        assertThat(table.ids()).containsExactly(1L, 2L);
    }

    @Test
    void sendsACsvFileInBatchesAndInOrder() throws Exception {
        String rows = IntStream.range(20, 120).mapToObj(i -> "k," + i).collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("events.csv"), "kind,id\n" + rows + "\n");

        Run run = cli.run("ingest", "events.csv", "--table", "events", "--batch-rows", "30");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(table.batches()).containsExactly(30, 30, 30, 10);
        assertThat(run.out()).startsWith("100 rows read, 100 stored, 0 refused");
    }

    @Test
    void keepsTheGoodRowsAndNamesTheBad() {
        Run run = cli.input("{\"id\":1}\n{\"id\":\"two\"}\n\n{\"id\":-4}\n{\"id\":5}\n")
                .run("ingest", "--table", "events", "--batch-rows", "2");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("4 rows read, 2 stored, 2 refused");
        assertThat(run.err())
                .contains("row 2 at id: WRONG_TYPE: the text 'two' is no long")
                .contains("row 4 at id: VALUE_OUT_OF_RANGE: it is negative");
        assertThat(table.ids()).containsExactly(1L, 5L);
    }

    @Test
    void countsEveryRowOfARefusedBatch() {
        Run run = cli.input("{\"id\":1}\n{\"id\":13}\n{\"id\":3}\n")
                .run("ingest", "--table", "events", "--batch-rows", "2");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("3 rows read, 1 stored, 2 refused");
        assertThat(run.err()).contains("row 1: BATCH_REJECTED: a row is bad");
    }

    @Test
    void showsOnlyTheFirstBadRows() {
        String input =
                IntStream.rangeClosed(1, 50).mapToObj(i -> "{\"id\":-1}\n").collect(Collectors.joining());

        Run run = cli.input(input).run("ingest", "--table", "events", "--bad-rows-shown", "3");

        assertThat(run.err().lines()).hasSize(4);
        assertThat(run.out()).contains("50 refused");
    }

    @Test
    void saysWhichRowsAreUncertainWhenTheStreamBreaks() {
        Run run = cli.input("{\"id\":1}\n{\"id\":666}\n{\"id\":3}\n")
                .run("ingest", "--table", "events", "--batch-rows", "1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("OUTCOME_UNKNOWN (900)", "  at: rows 2 and following");
        assertThat(run.out()).contains("1 stored");
    }

    @Test
    void refusesATableOrFileThatIsNotThere() {
        assertThat(cli.run("ingest", "--table", "nowhere").err()).contains("TABLE_NOT_FOUND");
        Run run = cli.run("ingest", "nowhere.csv", "--table", "events");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("nowhere.csv", "there is no such file");
    }

    @Test
    void printsRowsAsATableWithTheirCount() {
        Run run = cli.run("sql", "2");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("1 | row 1", "2 | row 2", "2 rows, ");
    }

    @Test
    void printsNothingButTheResultToPrograms() {
        Run run = cli.run("sql", "-e", "2", "--format", "csv");

        assertThat(run.out()).isEqualTo("n,text\n1,row 1\n2,row 2\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void runsEachStatementOfAFileAndOfStandardInput() throws Exception {
        Files.writeString(folder.resolve("two.sql"), "1;\n2");

        assertThat(cli.run("sql", "-f", "two.sql", "--format", "jsonl").out().lines())
                .hasSize(3);
        assertThat(cli.input("1;").run("sql", "--format", "tsv").out()).isEqualTo("n\ttext\n1\trow 1\n");
    }

    @Test
    void stopsAtTheMostRowsAskedForAndSaysSo() {
        Run run = cli.run("sql", "100", "--format", "jsonl", "--max-rows", "5");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines()).hasSize(5);
        assertThat(run.err()).contains("stopped after 5 rows");
        assertThat(cli.run("sql", "5", "--format", "jsonl", "--max-rows", "5").err())
                .isEmpty();
    }

    @Test
    void printsAllRowsOfALargeResult() {
        Run run = cli.run("sql", "3500", "--format", "json");

        assertThat(run.out().lines()).hasSize(3502);
        assertThat(LongStream.of(1, 3500)).allSatisfy(n -> assertThat(run.out()).contains("{\"n\":" + n + ","));
    }

    @Test
    void failsAtTheFirstStatementThatDoes() {
        Run run = cli.run("sql", "1; nonsense; 2", "--format", "csv");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("n,text\n1,row 1\n");
        assertThat(run.err()).contains("INVALID_SQL (500): 'nonsense' is no statement");
    }
}
