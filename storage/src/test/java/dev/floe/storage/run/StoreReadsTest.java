package dev.floe.storage.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.Sidecar;
import dev.floe.storage.sidecar.ValueIndex;
import dev.floe.storage.write.TestTable;
import java.io.EOFException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads of a store over a network: so many bytes as are wanted, and an outage is no damage. */
class StoreReadsTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "l", Types.LongType.get()),
            Types.NestedField.optional(2, "s", Types.StringType.get()));
    private static final int ROWS = 20_000;

    private static final Table TABLE = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
            .load();
    private static final DataFile FILE = write();

    private interface Reading {
        Object read(FileIO io);
    }

    @Test
    void aRowIsReadByRangesOnly() {
        Store store = new Store(TABLE.io(), false);
        try (PointReader reader = new PointReader(store.newInputFile(FILE), KeptPages.NONE)) {
            assertThat(reader.reads(SCHEMA)).isTrue();
            assertThat(reader.rows(SCHEMA, new long[] {12_345}, new PageTally(false))
                            .rowCount())
                    .isEqualTo(1);
        }
        assertThat(store.bytes).isLessThan(FILE.fileSizeInBytes() / 2);
    }

    @Test
    void aScanIsReadByRangesOnly() {
        Store store = new Store(TABLE.io(), false);
        assertThat(scan(store)).isEqualTo(ROWS);
    }

    static Stream<Reading> readings() {
        return Stream.of(
                StoreReadsTest::scan,
                io -> new PointReader(io.newInputFile(FILE), KeptPages.NONE),
                io -> RowGroupCounts.of(io.newInputFile(FILE), SCHEMA, Expressions.greaterThan("l", 10L)),
                io -> PageChecksums.verify(io.newInputFile(FILE), "f", SCHEMA),
                io -> Sidecar.open(io, FILE, List.of(1)),
                io -> ValueIndex.open(io, FILE, new IndexFields(List.of(1))));
    }

    @ParameterizedTest
    @MethodSource("readings")
    void anOutageIsNotTakenForDamage(Reading reading) {
        Store away = new Store(TABLE.io(), true);
        assertThatThrownBy(() -> reading.read(away))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
    }

    private static int scan(FileIO io) {
        int rows = 0;
        try (RunReader reader = new RunReader(io.newInputFile(FILE), SCHEMA, SCHEMA, Expressions.alwaysTrue(), null)) {
            for (ColumnBatch batch = reader.next(5_000); batch != null; batch = reader.next(5_000)) {
                rows += batch.rowCount();
            }
        }
        return rows;
    }

    private static DataFile write() {
        ColumnBatch batch = new ColumnBatch(
                ROWS,
                List.of(1, 2),
                List.of(
                        VectorBuilder.of(
                                Types.LongType.get(),
                                LongStream.range(0, ROWS).boxed().toList()),
                        VectorBuilder.of(
                                Types.StringType.get(),
                                LongStream.range(0, ROWS)
                                        .mapToObj(row -> "value " + row * 7919)
                                        .toList())),
                new byte[ROWS]);
        return new RunWriter(
                        TABLE, TABLE.spec(), SCHEMA, new RunSettings(1L << 30, 1L << 27, 500, 1), () -> "run.parquet")
                .write(
                        List.of(new RowSlice(
                                SCHEMA, batch, IntStream.range(0, ROWS).toArray())),
                        new PartitionKey(TABLE.spec(), SCHEMA),
                        1)
                .get(0);
    }

    /** Gives ranges and nothing else, or nothing at all. */
    private static final class Store implements FileIO {
        private final transient FileIO io;
        private final boolean isAway;
        private long bytes;

        Store(FileIO io, boolean isAway) {
            this.io = io;
            this.isAway = isAway;
        }

        @Override
        public InputFile newInputFile(String location) {
            InputFile there = io.newInputFile(isAway ? FILE.location() : location);
            return new InputFile() {
                @Override
                public long getLength() {
                    return there.getLength();
                }

                @Override
                public SeekableInputStream newStream() {
                    return new Ranges(there.newStream());
                }

                @Override
                public String location() {
                    return "store:" + location;
                }

                @Override
                public boolean exists() {
                    return true;
                }
            };
        }

        @Override
        public OutputFile newOutputFile(String location) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteFile(String location) {
            throw new UnsupportedOperationException();
        }

        private final class Ranges extends SeekableInputStream implements RangeReadable {
            private final SeekableInputStream in;
            private long position;

            Ranges(SeekableInputStream in) {
                this.in = in;
            }

            @Override
            public long getPos() {
                return position;
            }

            @Override
            public void seek(long to) {
                position = to;
            }

            @Override
            public int read() {
                requireThere();
                throw new AssertionError("a read without an end");
            }

            @Override
            public int read(byte[] to, int offset, int length) {
                return read();
            }

            @Override
            public void readFully(long from, byte[] to, int offset, int length) throws java.io.IOException {
                requireThere();
                in.seek(from);
                if (in.readNBytes(to, offset, length) < length) {
                    throw new EOFException();
                }
                bytes += length;
            }

            @Override
            public int readTail(byte[] to, int offset, int length) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() throws java.io.IOException {
                in.close();
            }

            private void requireThere() {
                if (isAway) {
                    throw new FloeException(ErrorCode.STORAGE_UNAVAILABLE, "the store is away");
                }
            }
        }
    }
}
