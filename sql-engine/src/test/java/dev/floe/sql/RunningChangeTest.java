package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.exec.RunningChange;
import dev.floe.sql.plan.TableChange;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a statement that changes rows says where it fails in its middle. */
class RunningChangeTest {
    @TempDir
    Path folder;

    private EngineFixture fixture;
    private TableChange change;
    private long stored;

    @BeforeEach
    void table() {
        fixture = new EngineFixture(folder);
        change = new TableChange(
                fixture.create(
                        "default",
                        "t",
                        List.of(),
                        List.of(),
                        Types.NestedField.optional(1, "id", Types.LongType.get())),
                RowOperation.APPEND,
                List.of());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "QUERY_TIMEOUT, OUTCOME_UNKNOWN",
        "QUERY_CANCELLED, OUTCOME_UNKNOWN",
        "SHUTTING_DOWN, OUTCOME_UNKNOWN",
        "VALUE_OUT_OF_RANGE, VALUE_OUT_OF_RANGE"
    })
    void whatWasStoredIsSaid(ErrorCode cause, ErrorCode code) {
        FloeException end = run(2, cause);
        assertThat(end.code()).isEqualTo(code);
        assertThat(end.message()).contains("over", "14 rows were stored");
        assertThat(stored).isEqualTo(14);
    }

    @Test
    void aStatementThatStoredNothingMayBeSentAgain() {
        assertThat(run(0, ErrorCode.QUERY_TIMEOUT).code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
    }

    private FloeException run(int batches, ErrorCode cause) {
        RunningChange running = new RunningChange(
                new Source(batches, cause),
                change,
                EngineFixture.EDITOR,
                (principal, table, rows) -> stored += rows.rowCount());
        return catchThrowableOfType(FloeException.class, running::next);
    }

    /** Batches of seven rows, then a failure. */
    private static final class Source implements QueryCursor {
        private final ErrorCode cause;
        private int batches;

        Source(int batches, ErrorCode cause) {
            this.batches = batches;
            this.cause = cause;
        }

        @Override
        public List<ResultColumn> columns() {
            return List.of();
        }

        @Override
        public List<TableCut> cuts() {
            return List.of();
        }

        @Override
        public ColumnBatch next() {
            if (batches-- == 0) {
                throw new FloeException(cause, "it is over");
            }
            return new ColumnBatch(7, List.of(), List.of(), new byte[7]);
        }

        @Override
        public void cancel() {}

        @Override
        public void close() {}
    }
}
