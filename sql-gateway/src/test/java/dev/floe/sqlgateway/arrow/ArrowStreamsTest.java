package dev.floe.sqlgateway.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.EveryTypeRows;
import dev.floe.sqlgateway.MemoryEngine;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Validity;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArrowStreamsTest {
    @Test
    void arrowReadsEachType() throws IOException {
        List<ResultColumn> columns = EveryTypeRows.columns();
        ColumnBatch batch = MemoryEngine.batch(columns, EveryTypeRows.rows());
        assertThat(read(batch, columns))
                .containsExactly(
                        "true null",
                        "-7 null",
                        "1152921504606846976 null",
                        "1.5 null",
                        Math.PI + " null",
                        "-12.50 null",
                        "-12345678901234567890123456789012345.678 null",
                        "grüße 🦀 null",
                        "[0, -1, 2] null",
                        "[1, 35, 69, 103, -119, -85, -51, -17, -2, -36, -70, -104, 118, 84, 50, 16] null",
                        "-1 null",
                        "86399999999 null",
                        LocalDateTime.parse("2024-02-29T12:34:56.789012") + " null",
                        "-1 null",
                        "[\"a\",null,\"b\"] null",
                        "[{\"key\":\"k\",\"value\":5}] null",
                        "{\"zip\":\"10\\\"1\"} null");
    }

    @Test
    void spellsDictionariesOut() throws IOException {
        byte[] data = "onetwo".getBytes(StandardCharsets.UTF_8);
        int[] codes = {1, 0, 1};
        BytesVector column = BytesVector.dictionary(new int[] {0, 3, 6}, data, 2, codes, 3, Validity.all());
        ColumnBatch batch = new ColumnBatch(3, List.of(0), List.of(column), new byte[3]);
        assertThat(read(batch, List.of(new ResultColumn("t", Types.StringType.get(), false))))
                .containsExactly("two one two");
    }

    @Test
    void refusesWhatIsBeyondTheLimitOfMemory() {
        List<ResultColumn> columns = List.of(new ResultColumn("t", Types.StringType.get(), false));
        ColumnBatch batch = MemoryEngine.batch(columns, List.of(List.of("x".repeat(100_000))));
        try (ArrowStreams streams = new ArrowStreams(50_000)) {
            FloeException refused = catchThrowableOfType(FloeException.class, () -> streams.write(batch, columns));
            assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        }
    }

    /** Each column's values one after another; closing the allocators proves that nothing leaks. */
    private static List<String> read(ColumnBatch batch, List<ResultColumn> columns) throws IOException {
        try (ArrowStreams streams = new ArrowStreams(1 << 20);
                BufferAllocator memory = new RootAllocator()) {
            ByteString stream = streams.write(batch, columns);
            List<String> read = new ArrayList<>();
            try (ArrowStreamReader reader = new ArrowStreamReader(stream.newInput(), memory)) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                assertThat(reader.loadNextBatch()).isTrue();
                for (FieldVector vector : root.getFieldVectors()) {
                    List<String> values = new ArrayList<>();
                    for (int row = 0; row < root.getRowCount(); row++) {
                        values.add(shown(vector.getObject(row)));
                    }
                    read.add(String.join(" ", values));
                }
                assertThat(reader.loadNextBatch()).isFalse();
            }
            return read;
        }
    }

    private static String shown(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.toString(bytes);
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : String.valueOf(value);
    }
}
