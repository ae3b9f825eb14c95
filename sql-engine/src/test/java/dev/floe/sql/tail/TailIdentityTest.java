package dev.floe.sql.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.column.ColumnBatch;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.junit.jupiter.api.Test;

/** Tails are the same where they have the same entries of the same bucket, followed by the same tail. */
class TailIdentityTest {
    private static TailIdentity identity(int bucket, long serial, int... numbers) {
        List<TailRows> entries = IntStream.of(numbers)
                .mapToObj(number -> new TailRows(
                        number, number, 1, new Schema(), new ColumnBatch(0, List.of(), List.of(), new byte[0]), null))
                .toList();
        int last = numbers[numbers.length - 1];
        return new TableTail(Map.of(bucket, new TableTail.Bucket(serial, entries, last)), "").identity();
    }

    @Test
    void theSameEntriesAreTheSame() {
        assertThat(identity(2, 7, 4, 5, 6)).isEqualTo(identity(2, 7, 4, 5, 6));
        assertThat(identity(2, 7, 4, 6, 7)).isEqualTo(identity(2, 7, 4, 6, 7));
    }

    @Test
    void anyOtherEntryIsAnother() {
        assertThat(List.of(
                        identity(2, 7, 4, 5, 6),
                        identity(2, 7, 5, 6, 7),
                        identity(2, 7, 4, 5),
                        identity(2, 7, 4, 6),
                        identity(2, 7, 4, 6, 7),
                        identity(2, 8, 4, 5, 6),
                        identity(3, 7, 4, 5, 6),
                        TableTail.NONE.identity()))
                .doesNotHaveDuplicates();
    }

    @Test
    void manyEntriesInARowTakeNoMoreThanTwo() {
        int[] many = IntStream.rangeClosed(1, 1_000).toArray();
        assertThat(identity(0, 1, many).bytes()).isEqualTo(identity(0, 1, 1, 2).bytes());
    }
}
