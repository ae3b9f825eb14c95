package dev.floe.sql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RepeatedRowsTest {
    private final AtomicInteger found = new AtomicInteger();

    @Test
    void fewRowsAreFoundOnce() {
        RepeatedRows rows = rows(ScanRows.BATCH_ROWS);
        assertThat(read(rows, Integer.MAX_VALUE)).hasSize(ScanRows.BATCH_ROWS);
        assertThat(read(rows, Integer.MAX_VALUE))
                .hasSize(ScanRows.BATCH_ROWS)
                .startsWith(0L)
                .endsWith(ScanRows.BATCH_ROWS - 1L);
        assertThat(read(rows(0), Integer.MAX_VALUE)).isEmpty();
        assertThat(found).hasValue(2);
    }

    @Test
    void manyRowsAreFoundAnew() {
        RepeatedRows rows = rows(ScanRows.BATCH_ROWS + 1);
        assertThat(read(rows, Integer.MAX_VALUE)).hasSize(ScanRows.BATCH_ROWS + 1);
        assertThat(read(rows, Integer.MAX_VALUE))
                .hasSize(ScanRows.BATCH_ROWS + 1)
                .endsWith((long) ScanRows.BATCH_ROWS);
        assertThat(found).hasValue(2);
    }

    @Test
    void whatWasNotReadToItsEndIsFoundAnew() {
        RepeatedRows rows = rows(5);
        assertThat(read(rows, 3)).containsExactly(0L, 1L, 2L);
        assertThat(read(rows, Integer.MAX_VALUE)).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(read(rows, 2)).containsExactly(0L, 1L);
        assertThat(found).hasValue(2);
    }

    private RepeatedRows rows(long count) {
        return new RepeatedRows(() -> {
            found.incrementAndGet();
            return Linq4j.enumerator(LongStream.range(0, count)
                    .mapToObj(number -> new @Nullable Object[] {number})
                    .toList());
        });
    }

    private static List<@Nullable Object> read(RepeatedRows rows, int max) {
        List<@Nullable Object> values = new ArrayList<>();
        try (Enumerator<@Nullable Object[]> in = rows.enumerator()) {
            while (values.size() < max && in.moveNext()) {
                values.add(in.current()[0]);
            }
        }
        return values;
    }
}
