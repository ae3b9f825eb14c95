package dev.floe.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.settings.Secret;
import dev.floe.storage.commit.TableState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each change of a state holds for one generation, and what makes writers begin anew makes the job do so. */
class SqlTableSuspensionsTest {
    @TempDir
    private Path folder;

    private Catalog catalog;
    private TableSuspensions suspensions;
    private UUID table;

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString()));
        suspensions = catalog.suspensions();
        table = catalog.tables()
                .create(new TableDeclaration(
                        TableName.of("default", "events"),
                        TableMode.APPEND,
                        List.of(Types.NestedField.required(1, "n", Types.LongType.get())),
                        List.of(),
                        1,
                        List.of(),
                        BadRowPolicy.REJECT,
                        Map.of()))
                .id();
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void keepsTheErrorUntilThePersonResumes() {
        suspensions.suspend(table, 0, gap());

        Suspension suspension = suspensions.find(table).orElseThrow();
        assertThat(suspension.code()).isEqualTo(ErrorCode.RETENTION_GAP);
        assertThat(suspension.message()).isEqualTo("needs the log from 5");
        assertThat(suspension.action()).isEqualTo("accept it");
        long before = suspensions.jobGeneration();

        assertThat(suspensions.resume(table, Optional.of(ErrorCode.RETENTION_GAP)))
                .isTrue();
        assertThat(suspensions.find(table)).isEmpty();
        assertThat(suspensions.all()).containsEntry(table, new TableState(1, false, Set.of(ErrorCode.RETENTION_GAP)));
        assertThat(suspensions.jobGeneration()).isEqualTo(before + 1);
    }

    @Test
    void anAcceptanceIsGoneOnceItIsDone() {
        suspensions.suspend(table, 0, gap());
        suspensions.resume(table, Optional.of(ErrorCode.TOPIC_RESET));
        TableState accepted = new TableState(1, false, Set.of(ErrorCode.TOPIC_RESET));
        long before = suspensions.jobGeneration();

        suspensions.acceptanceDone(table, 0, ErrorCode.TOPIC_RESET);
        suspensions.acceptanceDone(table, 1, ErrorCode.RETENTION_GAP);
        assertThat(suspensions.all()).containsEntry(table, accepted);
        suspensions.acceptanceDone(table, 1, ErrorCode.TOPIC_RESET);

        assertThat(suspensions.all()).containsEntry(table, new TableState(1, false, Set.of()));
        assertThat(suspensions.jobGeneration()).isEqualTo(before);
    }

    @Test
    void whatAnEarlierGenerationFoundDoesNotCount() {
        suspensions.rewind(table, 0);

        suspensions.suspend(table, 0, gap());
        suspensions.rewind(table, 0);

        assertThat(suspensions.all()).containsEntry(table, new TableState(1, false, Set.of()));
        assertThat(suspensions.jobGeneration()).isEqualTo(1);
    }

    @Test
    void aTableThatIsWrittenCanNotBeResumed() {
        assertThat(suspensions.resume(table, Optional.empty())).isFalse();
        assertThat(suspensions.jobGeneration()).isZero();
    }

    @Test
    void aDroppedTableHasNoState() {
        suspensions.suspend(table, 0, gap());
        catalog.tables().drop(TableName.of("default", "events"));

        suspensions.suspend(table, 0, gap());

        assertThat(suspensions.all()).isEmpty();
    }

    @Test
    void theNewestOwnerFencesTheOthers() {
        long first = catalog.takeOwnership(UUID.randomUUID());
        catalog.requireOwnership(first);
        long second = catalog.takeOwnership(UUID.randomUUID());

        catalog.requireOwnership(second);
        assertThat(catchThrowableOfType(FloeException.class, () -> catalog.requireOwnership(first))
                        .code())
                .isEqualTo(ErrorCode.WRITER_FENCED);
    }

    @Test
    void aJobThatWasFencedDoesNotTakeTheTablesBackWhenItStartsAgain() {
        UUID zombie = UUID.randomUUID();
        UUID newer = UUID.randomUUID();
        catalog.takeOwnership(zombie);
        catalog.takeOwnership(zombie);
        catalog.takeOwnership(newer);

        assertThat(catchThrowableOfType(FloeException.class, () -> catalog.takeOwnership(zombie))
                        .code())
                .isEqualTo(ErrorCode.WRITER_FENCED);
        catalog.requireOwnership(catalog.takeOwnership(newer));
        // started by a person again, it is another job
        catalog.requireOwnership(catalog.takeOwnership(UUID.randomUUID()));
    }

    private static FloeException gap() {
        return new FloeException(ErrorCode.RETENTION_GAP, "needs the log from 5").advise("accept it");
    }
}
