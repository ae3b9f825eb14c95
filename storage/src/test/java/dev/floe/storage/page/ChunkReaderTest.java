package dev.floe.storage.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.run.ParquetInput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks of another writer, with pages of both versions: read as they were written, and as no more when damaged. */
@SuppressWarnings("deprecation") // pages are taken apart and put together again
class ChunkReaderTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "l", Types.LongType.get()),
            Types.NestedField.optional(2, "i", Types.IntegerType.get()),
            Types.NestedField.optional(3, "f", Types.FloatType.get()),
            Types.NestedField.optional(4, "d", Types.DoubleType.get()),
            Types.NestedField.optional(5, "s", Types.StringType.get()),
            Types.NestedField.required(6, "t", Types.StringType.get()));
    private static final int DAMAGES = 40;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 20));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void findsWhatAnotherWriterWrote(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Record> rows = rows(random, 1 + random.nextInt(5_000));
        int known = 0;
        try (ParquetFileReader file = ParquetFileReader.open(new ParquetInput(write(rows, random)))) {
            int first = 0;
            for (int group = 0; group < file.getRowGroups().size(); group++) {
                for (Chunk chunk : chunks(file, group)) {
                    known++;
                    requireRows(chunk, rows, first, random);
                }
                first += (int) file.getRowGroups().get(group).getRowCount();
            }
            assertThat(first).isEqualTo(rows.size());
        }
        assertThat(known).isPositive();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damageIsSaidOrReadsAsOtherValues(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Record> rows = rows(random, 1 + random.nextInt(500));
        int refused = 0;
        try (ParquetFileReader file = ParquetFileReader.open(new ParquetInput(write(rows, random)))) {
            for (Chunk chunk : chunks(file, 0)) {
                for (int i = 0; i < DAMAGES; i++) {
                    refused += refuses(chunk.damaged(random), chunk.rows) ? 1 : 0;
                }
            }
        }
        assertThat(refused).isPositive();
    }

    private static boolean refuses(Chunk chunk, int rows) {
        try {
            Vector read = chunk.open(chunk.type).read(rows);
            assertThat(read.size()).isEqualTo(rows);
            for (int row = 0; row < rows; row++) {
                if (read instanceof BytesVector bytes && !read.isNull(row)) {
                    assertThat(bytes.length(row)).isNotNegative();
                    assertThat(bytes.start(row) + bytes.length(row)).isLessThanOrEqualTo(bytes.data().length);
                }
            }
            return false;
        } catch (FloeException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE);
            return true;
        }
    }

    private static void requireRows(Chunk chunk, List<Record> rows, int first, SplittableRandom random) {
        Type type = random.nextBoolean() ? chunk.type : widened(chunk.type);
        ChunkReader reader = chunk.open(type);
        for (int done = 0; done < chunk.rows; ) {
            int count = Math.min(chunk.rows - done, 1 + random.nextInt(700));
            Vector read = reader.read(count);
            for (int i = 0; i < count; i++) {
                Object expected = rows.get(first + done + i).getField(chunk.name);
                assertThat(ValueReader.value(read, type, i)).isEqualTo(widened(expected, type));
            }
            done += count;
        }
    }

    private static Type widened(Type type) {
        return switch (type.typeId()) {
            case INTEGER -> Types.LongType.get();
            case FLOAT -> Types.DoubleType.get();
            default -> type;
        };
    }

    private static @Nullable Object widened(@Nullable Object value, Type type) {
        if (value instanceof Integer number && type.typeId() == Type.TypeID.LONG) {
            return number.longValue();
        }
        return value instanceof Float number && type.typeId() == Type.TypeID.DOUBLE
                ? (Object) number.doubleValue()
                : value;
    }

    private static List<Record> rows(SplittableRandom random, int count) {
        int distinct = 1 << random.nextInt(14);
        int runs = 1 + random.nextInt(40);
        boolean fewNulls = random.nextBoolean();
        List<Record> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            GenericRecord record = GenericRecord.create(SCHEMA);
            boolean absent = fewNulls ? random.nextInt(500) == 0 : row / runs % 3 == 0;
            record.setField("l", random.nextLong(distinct) - 7);
            record.setField("i", absent ? null : random.nextInt(distinct));
            record.setField("f", absent ? null : random.nextInt(distinct) / 2f);
            record.setField("d", random.nextInt(5) == 0 ? null : random.nextInt(distinct) / 8.0);
            record.setField("s", absent ? null : "s" + random.nextInt(distinct));
            record.setField("t", row < count / 2 ? "t" + row / runs % 7 : "t" + random.nextLong());
            rows.add(record);
        }
        return rows;
    }

    private static org.apache.iceberg.io.InputFile write(List<Record> rows, SplittableRandom random)
            throws IOException {
        InMemoryOutputFile file = new InMemoryOutputFile();
        FileAppender<Record> appender = Parquet.write(file)
                .schema(SCHEMA)
                .writerVersion(random.nextBoolean() ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                .set("write.parquet.compression-codec", random.nextBoolean() ? "zstd" : "gzip")
                .set("write.parquet.page-row-limit", Integer.toString(1 + random.nextInt(2_000)))
                .set("write.parquet.dict-size-bytes", random.nextBoolean() ? "2000" : "2000000")
                .set("write.parquet.row-group-size-bytes", random.nextBoolean() ? "20000" : "20000000")
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (appender) {
            appender.addAll(rows);
        }
        return file.toInputFile();
    }

    /** The chunks of a row group that the reader knows. */
    private static List<Chunk> chunks(ParquetFileReader file, int index) throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        PageReadStore group = file.readRowGroup(index);
        List<ColumnDescriptor> columns = file.getFileMetaData().getSchema().getColumns();
        for (int c = 0; c < columns.size(); c++) {
            Types.NestedField field = SCHEMA.columns().get(c);
            ColumnChunkMetaData chunk =
                    file.getRowGroups().get(index).getColumns().get(c);
            if (ChunkReader.knows(columns.get(c), chunk.getEncodings(), field.type())) {
                chunks.add(Chunk.of(columns.get(c), field, group));
            }
        }
        return chunks;
    }

    /** Pages of a chunk, so that they can be read again and changed. */
    private record Chunk(
            ColumnDescriptor column,
            String name,
            Type type,
            int rows,
            @Nullable DictionaryPage dictionary,
            List<DataPage> pages) {
        static Chunk of(ColumnDescriptor column, Types.NestedField field, PageReadStore group) throws IOException {
            PageReader reader = group.getPageReader(column);
            DictionaryPage dictionary = reader.readDictionaryPage();
            List<DataPage> pages = new ArrayList<>();
            for (DataPage page = reader.readPage(); page != null; page = reader.readPage()) {
                pages.add(kept(page));
            }
            return new Chunk(
                    column,
                    field.name(),
                    field.type(),
                    (int) group.getRowCount(),
                    dictionary == null ? null : dictionary.copy(),
                    pages);
        }

        /** Bytes of some codecs can be read only once. */
        private static DataPage kept(DataPage page) throws IOException {
            return page instanceof DataPageV2 second
                    ? with(second, second.getDefinitionLevels(), BytesInput.copy(second.getData()))
                    : with((DataPageV1) page, BytesInput.copy(((DataPageV1) page).getBytes()));
        }

        private static DataPage with(DataPageV2 page, BytesInput levels, BytesInput data) {
            return DataPageV2.uncompressed(
                    page.getRowCount(),
                    page.getNullCount(),
                    page.getValueCount(),
                    page.getRepetitionLevels(),
                    levels,
                    page.getDataEncoding(),
                    data,
                    page.getStatistics());
        }

        private static DataPage with(DataPageV1 page, BytesInput bytes) {
            return new DataPageV1(
                    bytes,
                    page.getValueCount(),
                    page.getUncompressedSize(),
                    page.getStatistics(),
                    page.getRlEncoding(),
                    page.getDlEncoding(),
                    page.getValueEncoding());
        }

        ChunkReader open(Type wanted) {
            Deque<DataPage> rest = new ArrayDeque<>(pages);
            return new ChunkReader(
                    column,
                    new PageReader() {
                        @Override
                        public @Nullable DictionaryPage readDictionaryPage() {
                            return dictionary;
                        }

                        @Override
                        public long getTotalValueCount() {
                            return rows;
                        }

                        @Override
                        public @Nullable DataPage readPage() {
                            return rest.poll();
                        }
                    },
                    wanted);
        }

        /** The same chunk with a byte of a page changed, or its end cut off. */
        Chunk damaged(SplittableRandom random) throws IOException {
            List<DataPage> other = new ArrayList<>(pages);
            int at = random.nextInt(pages.size());
            DictionaryPage otherDictionary = dictionary;
            if (dictionary != null && random.nextInt(3) == 0) {
                otherDictionary = new DictionaryPage(
                        damaged(dictionary.getBytes(), random), dictionary.getDictionarySize(), Encoding.PLAIN);
            } else {
                other.set(at, damaged(pages.get(at), random));
            }
            return new Chunk(column, name, type, rows, otherDictionary, other);
        }

        private static DataPage damaged(DataPage page, SplittableRandom random) throws IOException {
            if (page instanceof DataPageV2 second) {
                BytesInput levels = second.getDefinitionLevels();
                return with(
                        second,
                        random.nextInt(4) == 0 ? damaged(levels, random) : levels,
                        damaged(second.getData(), random));
            }
            return with((DataPageV1) page, damaged(((DataPageV1) page).getBytes(), random));
        }

        private static BytesInput damaged(BytesInput bytes, SplittableRandom random) throws IOException {
            byte[] other = bytes.toByteArray();
            if (other.length == 0) {
                return BytesInput.from(other);
            }
            if (random.nextBoolean()) {
                return BytesInput.from(Arrays.copyOf(other, random.nextInt(other.length)));
            }
            int at = random.nextBoolean() ? random.nextInt(other.length) : random.nextInt(Math.min(8, other.length));
            other[at] ^= (byte) (1 + random.nextInt(255));
            return BytesInput.from(other);
        }
    }
}
