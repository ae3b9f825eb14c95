package dev.floe.storage.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.column.RowOperation;
import dev.floe.storage.write.TestTable;
import dev.floe.storage.write.TestTable.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is written is what two readers that are not ours read, in order; the statistics hold every value; files and
 * row groups end at their limits.
 */
class RunWriterTest {
    private static final Types.StructType ADDRESS = Types.StructType.of(
            Types.NestedField.optional(30, "street", Types.StringType.get()),
            Types.NestedField.required(31, "zip", Types.IntegerType.get()),
            Types.NestedField.optional(32, "score", Types.DoubleType.get()),
            Types.NestedField.optional(33, "lines", Types.ListType.ofOptional(34, Types.StringType.get())));
    // with the ids a new table gives its columns
    private static final Schema SCHEMA = TypeUtil.assignIncreasingFreshIds(new Schema(
            Types.NestedField.required(1, "l", Types.LongType.get()),
            Types.NestedField.optional(2, "i", Types.IntegerType.get()),
            Types.NestedField.optional(3, "b", Types.BooleanType.get()),
            Types.NestedField.optional(4, "f", Types.FloatType.get()),
            Types.NestedField.optional(5, "d", Types.DoubleType.get()),
            Types.NestedField.optional(6, "dec9", Types.DecimalType.of(9, 2)),
            Types.NestedField.optional(7, "dec18", Types.DecimalType.of(18, 3)),
            Types.NestedField.optional(8, "dec38", Types.DecimalType.of(38, 5)),
            Types.NestedField.optional(9, "s", Types.StringType.get()),
            Types.NestedField.optional(10, "bin", Types.BinaryType.get()),
            Types.NestedField.optional(11, "u", Types.UUIDType.get()),
            Types.NestedField.optional(12, "day", Types.DateType.get()),
            Types.NestedField.optional(13, "time", Types.TimeType.get()),
            Types.NestedField.optional(14, "ts", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(15, "tsz", Types.TimestampType.withZone()),
            Types.NestedField.optional(16, "tags", Types.ListType.ofOptional(40, Types.StringType.get())),
            Types.NestedField.optional(
                    17, "attrs", Types.MapType.ofOptional(41, 42, Types.StringType.get(), Types.LongType.get())),
            Types.NestedField.optional(18, "address", ADDRESS),
            Types.NestedField.optional(
                    19, "grid", Types.ListType.ofOptional(43, Types.ListType.ofRequired(44, Types.FloatType.get())))));
    private static final RunSettings SMALL = new RunSettings(30_000, 8_000, 7, 1);
    private static final RunSettings LARGE = new RunSettings(1L << 30, 1L << 27, 20_000, 3);

    @TempDir
    Path folder;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 20));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void icebergReadsBackEveryValue(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TestTable testTable = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1);
        Table table = testTable.load();
        List<List<@Nullable Object>> rows = rows(new RandomRows(random, true), 1 + random.nextInt(400));

        List<DataFile> files = write(table, random.nextBoolean() ? SMALL : LARGE, slices(rows, random));
        AppendFiles append = table.newAppend();
        files.forEach(append::appendFile);
        append.commit();

        assertThat(TestTable.read(table, table.currentSnapshot().snapshotId()))
                .containsExactlyInAnyOrderElementsOf(rows);
        assertThat(files.stream().mapToLong(DataFile::recordCount).sum()).isEqualTo(rows.size());
    }

    @Test
    void duckDbReadsBackEveryValue() throws Exception {
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        SplittableRandom random = new SplittableRandom(5);
        List<List<@Nullable Object>> rows = rows(new RandomRows(random, false), 3_000);
        Path file = copyOut(table, write(table, LARGE, slices(rows, random)).get(0));

        List<List<String>> read = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("SELECT l, i, b, f, d, dec9, dec18, dec38, s, u, day, epoch_us(time), "
                                + "epoch_us(ts), len(tags), cardinality(attrs), address.zip, len(address.lines), "
                                + "len(grid), epoch_us(tsz) FROM read_parquet('" + file + "', file_row_number = true) "
                                + "ORDER BY file_row_number")) {
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int c = 1; c <= result.getMetaData().getColumnCount(); c++) {
                    row.add(String.valueOf(result.getObject(c)));
                }
                read.add(row);
            }
        }

        assertThat(read).hasSameSizeAs(rows);
        for (int row = 0; row < rows.size(); row++) {
            assertThat(read.get(row)).as("row %d", row).isEqualTo(asDuckDb(rows.get(row)));
        }
    }

    @Test
    void boundsHoldTheValuesAndNaNsAreCountedApart() {
        Schema schema = new Schema(
                Types.NestedField.optional(1, "d", Types.DoubleType.get()),
                Types.NestedField.optional(2, "f", Types.FloatType.get()),
                Types.NestedField.optional(3, "s", Types.StringType.get()));
        Table table = TestTable.create(schema, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        List<List<@Nullable Object>> rows = List.of(
                Arrays.asList(Double.NaN, -0.0f, "b"),
                Arrays.asList(1.5, 0.0f, "a"),
                Arrays.asList(null, null, null),
                Arrays.asList(-2.5, -0.0f, "a long string that the bounds cut off"));

        DataFile file = write(table, LARGE, List.of(slice(schema, rows))).get(0);

        assertThat(file.valueCounts()).containsAllEntriesOf(Map.of(1, 4L, 2, 4L, 3, 4L));
        assertThat(file.nullValueCounts()).containsAllEntriesOf(Map.of(1, 1L, 2, 1L, 3, 1L));
        assertThat(file.nanValueCounts()).containsAllEntriesOf(Map.of(1, 1L, 2, 0L));
        Map<Integer, Object> lower = new HashMap<>();
        Map<Integer, Object> upper = new HashMap<>();
        file.lowerBounds()
                .forEach((id, bytes) -> lower.put(id, Conversions.fromByteBuffer(schema.findType(id), bytes)));
        file.upperBounds()
                .forEach((id, bytes) -> upper.put(id, Conversions.fromByteBuffer(schema.findType(id), bytes)));
        assertThat(lower)
                .containsAllEntriesOf(Map.of(1, -2.5, 2, -0.0f))
                .hasEntrySatisfying(3, low -> assertThat(low.toString()).isEqualTo("a"));
        assertThat(upper)
                .containsAllEntriesOf(Map.of(1, 1.5, 2, 0.0f))
                .hasEntrySatisfying(3, high -> assertThat(high.toString()).isEqualTo("b"));
    }

    @Test
    void filesHavePageIndexesZstdAndFieldIds() throws IOException {
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        List<List<@Nullable Object>> rows = rows(new RandomRows(new SplittableRandom(3), false), 500);

        DataFile file = write(table, new RunSettings(1L << 30, 1L << 27, 100, 1), List.of(slice(SCHEMA, rows)))
                .get(0);

        try (ParquetFileReader reader =
                ParquetFileReader.open(new ParquetInput(table.io().newInputFile(file)))) {
            assertThat(file.splitOffsets())
                    .containsExactly(reader.getRowGroups().get(0).getStartingPos());
            assertThat(file.fileSizeInBytes())
                    .isEqualTo(table.io().newInputFile(file).getLength());
            assertThat(reader.getFooter().getFileMetaData().getSchema().getFields())
                    .allSatisfy(field -> assertThat(field.getId()).isNotNull());
            for (BlockMetaData group : reader.getRowGroups()) {
                for (ColumnChunkMetaData column : group.getColumns()) {
                    assertThat(column.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
                    assertThat(reader.readOffsetIndex(column).getPageCount()).isGreaterThanOrEqualTo(1);
                    assertThat(reader.readColumnIndex(column) == null)
                            .isEqualTo(column.getPrimitiveType().getName().equals("element")
                                    && column.getStatistics().isEmpty());
                }
            }
            ColumnChunkMetaData first =
                    reader.getRowGroups().get(0).getColumns().get(0);
            assertThat(reader.readOffsetIndex(first).getPageCount()).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void filesAndRowGroupsEndAtTheirLimits() {
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        List<List<@Nullable Object>> rows = rows(new RandomRows(new SplittableRandom(3), false), 20_000);

        List<DataFile> files = write(table, new RunSettings(400_000, 200_000, 1_000, 1), List.of(slice(SCHEMA, rows)));

        assertThat(files).hasSizeGreaterThan(3);
        assertThat(files).allSatisfy(file -> assertThat(file.fileSizeInBytes()).isLessThan(800_000));
        assertThat(files.subList(0, files.size() - 1))
                .allSatisfy(file -> assertThat(file.splitOffsets()).hasSizeGreaterThan(1));
    }

    @Test
    void columnsTheBatchLacksAreNull() {
        Schema old = new Schema(Types.NestedField.required(1, "l", Types.LongType.get()));
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();

        DataFile file = write(table, LARGE, List.of(slice(old, List.of(List.of(7L), List.of(8L)))))
                .get(0);
        table.newAppend().appendFile(file).commit();

        assertThat(TestTable.read(table, table.currentSnapshot().snapshotId()))
                .allSatisfy(row -> assertThat(row.subList(1, row.size())).containsOnlyNulls());
    }

    @Test
    void oldBatchesAreWidened() {
        Schema old = new Schema(
                Types.NestedField.required(1, "l", Types.IntegerType.get()),
                Types.NestedField.optional(5, "d", Types.FloatType.get()),
                Types.NestedField.optional(7, "dec18", Types.DecimalType.of(9, 3)),
                Types.NestedField.optional(8, "dec38", Types.DecimalType.of(18, 5)));
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        List<@Nullable Object> row =
                List.of(-7, 0.5f, new java.math.BigDecimal("-1.234"), new java.math.BigDecimal("-9876.54321"));

        DataFile file = write(table, LARGE, List.of(slice(old, List.of(row)))).get(0);
        table.newAppend().appendFile(file).commit();

        List<@Nullable Object> read =
                TestTable.read(table, table.currentSnapshot().snapshotId()).get(0);
        assertThat(read.get(0)).isEqualTo(-7L);
        assertThat(read.get(4)).isEqualTo(0.5);
        assertThat(read.get(6)).isEqualTo(row.get(2));
        assertThat(read.get(7)).isEqualTo(row.get(3));
    }

    private static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    private static List<String> asDuckDb(List<@Nullable Object> row) {
        List<@Nullable Object> shown = new ArrayList<>(row.subList(0, 9));
        shown.addAll(row.subList(10, 12));
        shown.add(row.get(12) instanceof LocalTime time ? time.toNanoOfDay() / 1_000 : null);
        shown.add(row.get(13) instanceof LocalDateTime time ? micros(time.toInstant(ZoneOffset.UTC)) : null);
        shown.add(sizeOf(row.get(15)));
        shown.add(row.get(16) instanceof Map<?, ?> map ? map.size() : null);
        Record address = (Record) row.get(17);
        shown.add(address == null ? null : address.getField("zip"));
        shown.add(address == null ? null : sizeOf(address.getField("lines")));
        shown.add(sizeOf(row.get(18)));
        shown.add(row.get(14) instanceof OffsetDateTime time ? micros(time.toInstant()) : null);
        return shown.stream().map(String::valueOf).toList();
    }

    private static @Nullable Object sizeOf(@Nullable Object list) {
        return list instanceof List<?> values ? values.size() : null;
    }

    private Path copyOut(Table table, DataFile file) throws IOException {
        Path copy = folder.resolve("file.parquet");
        try (InputStream in = table.io().newInputFile(file).newStream()) {
            Files.copy(in, copy);
        }
        return copy;
    }

    private static List<List<@Nullable Object>> rows(RandomRows random, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> random.row(SCHEMA.columns()))
                .toList();
    }

    private static List<RowSlice> slices(List<List<@Nullable Object>> rows, SplittableRandom random) {
        List<RowSlice> slices = new ArrayList<>();
        int from = 0;
        while (from < rows.size()) {
            int to = Math.min(rows.size(), from + 1 + random.nextInt(rows.size()));
            slices.add(slice(SCHEMA, rows.subList(from, to)));
            from = to;
        }
        return slices;
    }

    private static RowSlice slice(Schema schema, List<? extends List<@Nullable Object>> rows) {
        List<Row> all = rows.stream()
                .map(values -> new Row(RowOperation.APPEND, values))
                .toList();
        return new RowSlice(
                schema,
                TestTable.batch(schema, all),
                IntStream.range(0, rows.size()).toArray());
    }

    private static List<DataFile> write(Table table, RunSettings settings, List<RowSlice> slices) {
        PartitionSpec spec = table.spec();
        return new RunWriter(table, spec, table.schema(), settings, () -> UUID.randomUUID() + ".parquet")
                .write(slices, new PartitionKey(spec, table.schema()), 100);
    }
}
