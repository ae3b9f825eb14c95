package dev.floe.storage.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.write.TestTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows at positions, few or all, are those that were written there, over pages and row groups of any size. */
class PointReaderTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "l", Types.LongType.get()),
            Types.NestedField.optional(2, "s", Types.StringType.get()),
            Types.NestedField.optional(3, "b", Types.BooleanType.get()),
            Types.NestedField.optional(4, "u", Types.UUIDType.get()));

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 12));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rowsAtPositionsAreThoseThatWereWritten(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<@Nullable Object>> rows = rows(random, 1 + random.nextInt(20_000));
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        int pageRows = List.of(100, 999, 5_000, 20_000).get(random.nextInt(4));
        RunSettings settings = new RunSettings(1L << 30, random.nextBoolean() ? 1L << 27 : 100_000, pageRows, 1);
        DataFile file = new RunWriter(
                        table, table.spec(), SCHEMA, settings, () -> "run-" + UUID.randomUUID() + ".parquet")
                .write(List.of(slice(rows)), new PartitionKey(table.spec(), SCHEMA), 60)
                .get(0);

        Map<KeptPages.Place, KeptPage> kept = new HashMap<>();
        KeptPages pages = random.nextBoolean()
                ? KeptPages.NONE
                : (place, read) -> kept.computeIfAbsent(place, missing -> read.get());
        try (PointReader reader = new PointReader(table.io().newInputFile(file), pages)) {
            for (int i = 0; i < 14; i++) {
                int every = 1 << i;
                long[] some = LongStream.range(0, rows.size())
                        .filter(position -> random.nextInt(every) == 0)
                        .toArray();
                assertThat(values(reader.rows(SCHEMA, some, new PageTally(false))))
                        .isEqualTo(Arrays.stream(some)
                                .mapToObj(position -> rows.get((int) position))
                                .toList());
            }
        }
    }

    /** Pages of both versions, whose encodings differ, with codecs that Floe does not use. */
    @ParameterizedTest
    @CsvSource({
        "PARQUET_1_0, zstd",
        "PARQUET_2_0, zstd",
        "PARQUET_1_0, snappy",
        "PARQUET_2_0, gzip",
        "PARQUET_2_0, uncompressed"
    })
    void filesOfOtherWritersAreRead(ParquetProperties.WriterVersion version, String codec) throws IOException {
        List<List<@Nullable Object>> rows = rows(new SplittableRandom(1), 5_000);
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        OutputFile file = table.io().newOutputFile(table.location() + "/data/" + UUID.randomUUID() + ".parquet");
        FileAppender<Record> appender = Parquet.write(file)
                .schema(SCHEMA)
                .writerVersion(version)
                .set(TableProperties.PARQUET_COMPRESSION, codec)
                .set(TableProperties.PARQUET_PAGE_ROW_LIMIT, "700")
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (appender) {
            for (List<@Nullable Object> row : rows) {
                Record record = GenericRecord.create(SCHEMA);
                for (int column = 0; column < row.size(); column++) {
                    record.set(column, row.get(column));
                }
                appender.add(record);
            }
        }

        try (PointReader reader = new PointReader(file.toInputFile(), KeptPages.NONE)) {
            assertThat(reader.reads(SCHEMA)).isTrue();
            long[] some = {0, 1, 699, 700, 702, 3_000, 4_999};
            assertThat(values(reader.rows(SCHEMA, some, new PageTally(false))))
                    .isEqualTo(Arrays.stream(some)
                            .mapToObj(position -> rows.get((int) position))
                            .toList());
        }
    }

    @Test
    void aKeptDictionaryIsOfTheTypeThatIsRead() {
        Schema narrow = new Schema(Types.NestedField.optional(1, "d", Types.DecimalType.of(9, 2)));
        Schema wide = new Schema(Types.NestedField.optional(1, "d", Types.DecimalType.of(30, 2)));
        Table table = TestTable.create(narrow, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        Vector column = VectorBuilder.of(
                Types.DecimalType.of(9, 2),
                IntStream.range(0, 10_000)
                        .<@Nullable Object>mapToObj(row -> BigDecimal.valueOf(row % 7, 2))
                        .toList());
        ColumnBatch batch = new ColumnBatch(10_000, List.of(1), List.of(column), new byte[10_000]);
        DataFile file = new RunWriter(
                        table,
                        table.spec(),
                        narrow,
                        new RunSettings(1L << 30, 1L << 27, 1_000, 1),
                        () -> "run-" + UUID.randomUUID() + ".parquet")
                .write(
                        List.of(new RowSlice(
                                narrow, batch, IntStream.range(0, 10_000).toArray())),
                        new PartitionKey(table.spec(), narrow),
                        8)
                .get(0);
        Map<KeptPages.Place, KeptPage> kept = new HashMap<>();
        try (PointReader reader = new PointReader(
                table.io().newInputFile(file), (place, read) -> kept.computeIfAbsent(place, missing -> read.get()))) {
            for (Schema schema : List.of(narrow, wide, narrow)) {
                ColumnBatch row = reader.rows(schema, new long[] {5_005}, new PageTally(false));
                Vector form = VectorBuilder.nulls(schema.columns().get(0).type(), 1);
                assertThat(row.columns().get(0)).hasSameClassAs(form);
                assertThat(ValueReader.value(
                                row.columns().get(0), schema.columns().get(0).type(), 0))
                        .isEqualTo(BigDecimal.valueOf(5_005 % 7, 2));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aDamagedPageIsFoundByItsChecksum(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<@Nullable Object>> rows = rows(random, 1 + random.nextInt(3_000));
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        DataFile file = new RunWriter(
                        table,
                        table.spec(),
                        SCHEMA,
                        new RunSettings(1L << 30, 1L << 27, 500, 1),
                        () -> "run-" + UUID.randomUUID() + ".parquet")
                .write(List.of(slice(rows)), new PartitionKey(table.spec(), SCHEMA), 60)
                .get(0);
        byte[] bytes;
        OffsetIndex pages;
        try (ParquetFileReader footer =
                        ParquetFileReader.open(new ParquetInput(table.io().newInputFile(file)));
                SeekableInputStream in = table.io().newInputFile(file).newStream()) {
            BlockMetaData group = footer.getFooter().getBlocks().get(0);
            pages = footer.readOffsetIndex(
                    group.getColumns().get(random.nextInt(group.getColumns().size())));
            bytes = in.readAllBytes();
        }
        int page = random.nextInt(pages.getPageCount());
        long end = pages.getOffset(page) + pages.getCompressedPageSize(page);
        bytes[(int) end - 1 - random.nextInt(4)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        OutputFile damaged = table.io().newOutputFile(file.location() + ".damaged");
        String name = damaged.location().substring(damaged.location().lastIndexOf('/') + 1);
        try (PositionOutputStream out = damaged.create()) {
            out.write(bytes);
        }

        try (PointReader reader = new PointReader(damaged.toInputFile(), KeptPages.NONE)) {
            FloeException fault = catchThrowableOfType(
                    FloeException.class,
                    () -> reader.rows(SCHEMA, new long[] {pages.getFirstRowIndex(page)}, new PageTally(false)));
            assertThat(fault.code()).isEqualTo(ErrorCode.DATA_UNREADABLE);
            assertThat(fault.message()).contains(name);
        }
        try (RunReader reader = new RunReader(damaged.toInputFile(), SCHEMA, SCHEMA, Expressions.alwaysTrue(), null)) {
            FloeException fault = catchThrowableOfType(FloeException.class, () -> {
                while (reader.next(1_000) != null) {
                    // reads all
                }
            });
            assertThat(fault.code()).isEqualTo(ErrorCode.DATA_UNREADABLE);
            assertThat(fault.message()).contains(name);
        }
    }

    private static List<List<@Nullable Object>> rows(SplittableRandom random, int count) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            rows.add(Arrays.asList(
                    random.nextLong(),
                    random.nextInt(9) == 0 ? null : "text " + random.nextInt(1 + row / 10),
                    random.nextInt(9) == 0 ? null : random.nextBoolean(),
                    random.nextInt(9) == 0 ? null : new UUID(random.nextInt(50), random.nextInt(50))));
        }
        return rows;
    }

    private static RowSlice slice(List<List<@Nullable Object>> rows) {
        List<Vector> columns = new ArrayList<>();
        for (int c = 0; c < SCHEMA.columns().size(); c++) {
            int column = c;
            columns.add(VectorBuilder.of(
                    SCHEMA.columns().get(c).type(),
                    rows.stream().<@Nullable Object>map(row -> row.get(column)).toList()));
        }
        ColumnBatch batch = new ColumnBatch(rows.size(), List.of(1, 2, 3, 4), columns, new byte[rows.size()]);
        return new RowSlice(SCHEMA, batch, IntStream.range(0, rows.size()).toArray());
    }

    private static List<List<@Nullable Object>> values(ColumnBatch batch) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int c = 0; c < SCHEMA.columns().size(); c++) {
                values.add(ValueReader.value(
                        batch.columns().get(c), SCHEMA.columns().get(c).type(), row));
            }
            rows.add(values);
        }
        return rows;
    }
}
