package dev.floe.storage.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.write.TestTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pages of columns that repeat their values much, little, or only at first, over many pages, row groups and batches:
 * three readers find what was written, and each page's bounds and nulls are those of its rows.
 */
class PageEncodingTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "l", Types.LongType.get()),
            Types.NestedField.optional(2, "i", Types.IntegerType.get()),
            Types.NestedField.optional(3, "d", Types.DoubleType.get()),
            Types.NestedField.optional(4, "s", Types.StringType.get()),
            Types.NestedField.required(5, "coded", Types.StringType.get()),
            Types.NestedField.optional(6, "b", Types.BooleanType.get()));
    private static final int CODED = 4;

    @TempDir
    Path folder;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 12));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void threeReadersFindEveryValue(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<@Nullable Object>> rows = rows(random, 1 + random.nextInt(30_000));
        RunSettings settings =
                new RunSettings(1L << 30, random.nextBoolean() ? 1L << 27 : 200_000, pageRows(random), 1);

        DataFile file = write(rows, settings, random);

        assertThat(icebergReads(file)).isEqualTo(rows);
        assertThat(duckDbReads(file)).isEqualTo(rows);
        assertThat(floeReads(file, random)).isEqualTo(rows);
    }

    /** What DuckDB leaves out by row groups' bounds and null counts is nothing that matches. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void prunedScansFindWhatIsThere(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<@Nullable Object>> rows = rows(random, 1 + random.nextInt(20_000));
        write(rows, new RunSettings(1L << 30, 200_000, pageRows(random), 1), random);

        for (int i = 0; i < 10; i++) {
            long from = (Long)
                    Objects.requireNonNull(rows.get(random.nextInt(rows.size())).get(0));
            int most = random.nextInt(1 << 10) - 512;
            assertThat(duckDbCounts("l >= " + from + " AND i <= " + most))
                    .isEqualTo(rows.stream()
                            .filter(row -> (Long) Objects.requireNonNull(row.get(0)) >= from)
                            .filter(row -> row.get(1) instanceof Integer number && number <= most)
                            .count());
        }
        assertThat(duckDbCounts("i IS NULL"))
                .isEqualTo(rows.stream().filter(row -> row.get(1) == null).count());
    }

    private long duckDbCounts(String where) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT COUNT(*) FROM read_parquet('" + folder.resolve("run.parquet") + "') WHERE " + where)) {
            found.next();
            return found.getLong(1);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyPagesBoundsAndNullsAreThoseOfItsRows(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<@Nullable Object>> rows = rows(random, 1 + random.nextInt(20_000));
        DataFile file = write(rows, new RunSettings(1L << 30, 400_000, pageRows(random), 1), random);

        try (ParquetFileReader reader = ParquetFileReader.open(new ParquetInput(input(file)))) {
            int firstRow = 0;
            for (BlockMetaData group : reader.getRowGroups()) {
                for (int c = 0; c < SCHEMA.columns().size(); c++) {
                    requireBounds(reader, group, c, rows, firstRow);
                }
                firstRow += (int) group.getRowCount();
            }
            assertThat(firstRow).isEqualTo(rows.size());
        }
    }

    @Test
    void aColumnGetsADictionaryOnlyAsLongAsItRepeatsItself() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int row = 0; row < 100_000; row++) {
            String late = row < 50_000 ? "v" + random.nextInt(10) : "v" + row;
            rows.add(Arrays.asList((long) row, row % 7, random.nextDouble(), late, "t" + row % 3, true));
        }

        DataFile file = write(rows, new RunSettings(1L << 30, 1L << 27, 10_000, 1), random);

        assertThat(encodings(file, "l")).contains(Encoding.PLAIN).doesNotContain(Encoding.RLE_DICTIONARY);
        assertThat(encodings(file, "d")).doesNotContain(Encoding.RLE_DICTIONARY);
        assertThat(encodings(file, "i")).contains(Encoding.RLE_DICTIONARY);
        assertThat(encodings(file, "coded")).contains(Encoding.RLE_DICTIONARY);
        assertThat(encodings(file, "s")).contains(Encoding.RLE_DICTIONARY, Encoding.PLAIN);
        assertThat(icebergReads(file)).isEqualTo(rows);
    }

    @Test
    void valuesLargerThanAPageGetPagesOfTheirOwn() throws Exception {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int row = 0; row < 40; row++) {
            rows.add(Arrays.asList((long) row, null, null, row + "x".repeat(300_000), "t", null));
        }

        DataFile file = write(rows, new RunSettings(1L << 30, 1L << 27, 20_000, 1), new SplittableRandom(1));

        assertThat(duckDbReads(file)).isEqualTo(rows);
        try (ParquetFileReader reader = ParquetFileReader.open(new ParquetInput(input(file)))) {
            ColumnChunkMetaData strings =
                    reader.getRowGroups().get(0).getColumns().get(3);
            assertThat(reader.readOffsetIndex(strings).getPageCount()).isGreaterThanOrEqualTo(10);
        }
    }

    private static int pageRows(SplittableRandom random) {
        return List.of(100, 999, 5_000, 20_000).get(random.nextInt(4));
    }

    /** Rows whose columns each have a way of their own to repeat values. */
    private static List<List<@Nullable Object>> rows(SplittableRandom random, int count) {
        int ints = 1 << random.nextInt(17);
        int strings = 1 << random.nextInt(17);
        int nullsIn = 1 + random.nextInt(5);
        int runs = 1 + random.nextInt(50);
        List<List<@Nullable Object>> rows = new ArrayList<>(count);
        for (int row = 0; row < count; row++) {
            boolean absent = row / runs % nullsIn == 1;
            rows.add(Arrays.asList(
                    random.nextLong(1L << random.nextInt(1, 62)) - 5,
                    absent ? null : random.nextInt(ints) - ints / 2,
                    random.nextInt(9) == 0 ? null : random.nextInt(ints) / 4.0,
                    absent ? null : string(random.nextInt(strings)),
                    "coded-" + row / runs % 12,
                    random.nextInt(9) == 0 ? null : random.nextBoolean()));
        }
        return rows;
    }

    /** Strings of all lengths, with common beginnings, some empty and some not of ASCII. */
    private static String string(int number) {
        String digits = Integer.toString(number);
        return switch (number % 5) {
            case 0 -> number == 0 ? "" : digits;
            case 1 -> "a long common beginning " + digits;
            case 2 -> "\u00e9\u00fc\ud83d\ude00" + digits;
            case 3 -> "x".repeat(number % 40);
            default -> "\u0000" + digits;
        };
    }

    private DataFile write(List<List<@Nullable Object>> rows, RunSettings settings, SplittableRandom random)
            throws IOException {
        Table table = TestTable.create(SCHEMA, PartitionSpec.unpartitioned(), List.of(), 1)
                .load();
        List<RowSlice> slices = new ArrayList<>();
        for (int from = 0; from < rows.size(); ) {
            int to = Math.min(rows.size(), from + 1 + random.nextInt(4_000));
            slices.add(slice(rows.subList(from, to)));
            from = to;
        }
        List<DataFile> files = new RunWriter(
                        table, table.spec(), SCHEMA, settings, () -> "run-" + System.nanoTime() + ".parquet")
                .write(slices, new org.apache.iceberg.PartitionKey(table.spec(), SCHEMA), 60);
        assertThat(files).hasSize(1);
        Path copy = folder.resolve("run.parquet");
        try (java.io.InputStream in =
                table.io().newInputFile(files.get(0).location()).newStream()) {
            Files.write(copy, in.readAllBytes());
        }
        return files.get(0);
    }

    private static RowSlice slice(List<List<@Nullable Object>> rows) {
        List<Vector> columns = new ArrayList<>();
        for (int c = 0; c < SCHEMA.columns().size(); c++) {
            int column = c;
            List<@Nullable Object> values = new ArrayList<>(
                    rows.stream().map(row -> row.get(column)).toList().size());
            rows.forEach(row -> values.add(row.get(column)));
            columns.add(
                    c == CODED
                            ? coded(values)
                            : VectorBuilder.of(SCHEMA.columns().get(c).type(), values));
        }
        byte[] operations = new byte[rows.size()];
        Arrays.fill(operations, RowOperation.APPEND);
        ColumnBatch batch = new ColumnBatch(
                rows.size(),
                SCHEMA.columns().stream().map(Types.NestedField::fieldId).toList(),
                columns,
                operations);
        return new RowSlice(SCHEMA, batch, IntStream.range(0, rows.size()).toArray());
    }

    /** A vector with a dictionary, in the order its values come. */
    private static Vector coded(List<@Nullable Object> values) {
        List<Object> distinct =
                values.stream().map(Objects::requireNonNull).distinct().toList();
        BytesVector entries = (BytesVector) VectorBuilder.of(Types.StringType.get(), distinct);
        int[] codes = values.stream()
                .mapToInt(value -> distinct.indexOf(Objects.requireNonNull(value)))
                .toArray();
        return BytesVector.dictionary(
                entries.offsets(), entries.data(), distinct.size(), codes, codes.length, Validity.all());
    }

    private org.apache.iceberg.io.InputFile input(DataFile file) {
        assertThat(file.fileSizeInBytes())
                .isEqualTo(folder.resolve("run.parquet").toFile().length());
        return org.apache.iceberg.Files.localInput(folder.resolve("run.parquet").toFile());
    }

    private List<List<@Nullable Object>> icebergReads(DataFile file) throws IOException {
        List<List<@Nullable Object>> read = new ArrayList<>();
        try (var records = org.apache.iceberg.parquet.Parquet.read(input(file))
                .project(SCHEMA)
                .createReaderFunc(
                        type -> org.apache.iceberg.data.parquet.GenericParquetReaders.buildReader(SCHEMA, type))
                .<org.apache.iceberg.data.Record>build()) {
            for (org.apache.iceberg.data.Record each : records) {
                List<@Nullable Object> row = new ArrayList<>();
                for (int c = 0; c < each.size(); c++) {
                    row.add(each.get(c));
                }
                read.add(row);
            }
        }
        return read;
    }

    private List<List<@Nullable Object>> floeReads(DataFile file, SplittableRandom random) {
        List<List<@Nullable Object>> read = new ArrayList<>();
        try (RunReader reader = new RunReader(input(file), SCHEMA, SCHEMA, Expressions.alwaysTrue(), null)) {
            ColumnBatch batch = reader.next(1 + random.nextInt(10_000));
            while (batch != null) {
                for (int row = 0; row < batch.rowCount(); row++) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (int c = 0; c < SCHEMA.columns().size(); c++) {
                        Vector column = batch.columns().get(c);
                        values.add(ValueReader.value(
                                column, SCHEMA.columns().get(c).type(), row));
                    }
                    read.add(values);
                }
                batch = reader.next(1 + random.nextInt(10_000));
            }
        }
        return read;
    }

    private List<List<@Nullable Object>> duckDbReads(DataFile file) throws SQLException {
        assertThat(file.recordCount()).isPositive();
        List<List<@Nullable Object>> read = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT l, i, d, s, coded, b FROM read_parquet('"
                        + folder.resolve("run.parquet") + "', file_row_number = true) ORDER BY file_row_number")) {
            while (found.next()) {
                List<@Nullable Object> row = new ArrayList<>();
                for (int c = 1; c <= SCHEMA.columns().size(); c++) {
                    row.add(found.getObject(c));
                }
                read.add(row);
            }
        }
        return read;
    }

    private static void requireBounds(
            ParquetFileReader reader, BlockMetaData group, int column, List<List<@Nullable Object>> rows, int firstRow)
            throws IOException {
        ColumnChunkMetaData chunk = group.getColumns().get(column);
        OffsetIndex offsets = reader.readOffsetIndex(chunk);
        ColumnIndex index = reader.readColumnIndex(chunk);
        for (int page = 0; page < offsets.getPageCount(); page++) {
            int from = firstRow + (int) offsets.getFirstRowIndex(page);
            int to = firstRow + (int) offsets.getLastRowIndex(page, group.getRowCount()) + 1;
            List<Object> values = new ArrayList<>();
            for (List<@Nullable Object> row : rows.subList(from, to)) {
                Object value = row.get(column);
                if (value != null) {
                    values.add(value);
                }
            }
            assertThat(index.getNullCounts().get(page)).isEqualTo(to - from - values.size());
            assertThat(index.getNullPages().get(page)).isEqualTo(values.isEmpty());
            if (column == 0 && !values.isEmpty()) {
                LongStream longs = values.stream().mapToLong(value -> (Long) value);
                long[] sorted = longs.sorted().toArray();
                assertThat(index.getMinValues()
                                .get(page)
                                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                                .getLong(0))
                        .isEqualTo(sorted[0]);
                assertThat(index.getMaxValues()
                                .get(page)
                                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                                .getLong(0))
                        .isEqualTo(sorted[sorted.length - 1]);
            }
            if (column == CODED - 1 && !values.isEmpty()) {
                List<byte[]> sorted = values.stream()
                        .map(value -> ((String) value).getBytes(StandardCharsets.UTF_8))
                        .sorted(Comparator.comparing((byte[] b) -> b, Arrays::compareUnsigned))
                        .toList();
                byte[] least = new byte[index.getMinValues().get(page).remaining()];
                index.getMinValues().get(page).duplicate().get(least);
                assertThat(least).isEqualTo(sorted.get(0));
                byte[] greatest = new byte[index.getMaxValues().get(page).remaining()];
                index.getMaxValues().get(page).duplicate().get(greatest);
                assertThat(greatest).isEqualTo(sorted.get(sorted.size() - 1));
            }
        }
    }

    private Set<Encoding> encodings(DataFile file, String column) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new ParquetInput(input(file)))) {
            return reader.getRowGroups().get(0).getColumns().stream()
                    .filter(chunk -> chunk.getPath().toDotString().equals(column))
                    .findFirst()
                    .orElseThrow()
                    .getEncodings();
        }
    }
}
