package dev.floe.gateway.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.ValueReader;
import dev.floe.wire.v1.ArrowBatch;
import dev.floe.wire.v1.Batch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArrowReaderTest {
    private final BufferAllocator allocator = new RootAllocator();
    private final BatchConverter converter = new BatchConverter(Batches.LIMITS);

    @AfterEach
    void closeAllocator() {
        allocator.close();
    }

    @Test
    void widensIntegersAndRefusesThoseBeyondTheColumn() {
        TinyIntVector tiny = new TinyIntVector("v", allocator);
        tiny.setSafe(0, 7);
        tiny.setNull(1);
        tiny.setValueCount(2);
        UInt8Vector huge = new UInt8Vector("v", allocator);
        huge.setSafe(0, 7);
        huge.setSafe(1, -1);
        huge.setValueCount(2);

        assertThat(values(Types.LongType.get(), tiny)).containsExactly(7L, null);
        Converted converted = convert(Types.LongType.get(), huge);
        assertThat(converted.rowsRefused()).isEqualTo(1);
        assertThat(converted.errors().get(0).message()).contains("18446744073709551615");
        assertThat(converted.errors().get(0).row()).isEqualTo(1);
    }

    @Test
    void bringsEveryUnitToMicroseconds() {
        TimeStampMilliTZVector millis = new TimeStampMilliTZVector("v", allocator, "Europe/Berlin");
        millis.setSafe(0, 1_500);
        millis.setSafe(1, Long.MAX_VALUE);
        millis.setValueCount(2);
        TimeStampNanoVector nanos = new TimeStampNanoVector("v", allocator);
        nanos.setSafe(0, 2_000);
        nanos.setSafe(1, 2_001);
        nanos.setValueCount(2);
        DateMilliVector dates = new DateMilliVector("v", allocator);
        dates.setSafe(0, 86_400_000L);
        dates.setValueCount(1);

        assertThat(convert(Types.TimestampType.withZone(), millis).rowsRefused())
                .isEqualTo(1);
        assertThat(convert(Types.TimestampType.withoutZone(), nanos).rowsRefused())
                .isEqualTo(1);
        assertThat(values(Types.DateType.get(), dates)).containsExactly(LocalDate.of(1970, 1, 2));
    }

    @Test
    void needsAZoneWhereTheColumnHasOne() {
        TimeStampNanoVector nanos = new TimeStampNanoVector("v", allocator);
        nanos.setValueCount(0);
        TimeStampMilliTZVector mars = new TimeStampMilliTZVector("v", allocator, "Mars/Olympus");
        mars.setValueCount(0);

        assertThat(refusal(Types.TimestampType.withZone(), nanos).code()).isEqualTo(ErrorCode.WRONG_TYPE);
        assertThat(refusal(Types.TimestampType.withZone(), mars).message()).contains("Mars/Olympus");
    }

    @Test
    void readsTextInEveryLayout() {
        String small = "short";
        String large = "a text that is longer than twelve bytes";
        LargeVarCharVector offsets = new LargeVarCharVector("v", allocator);
        offsets.setSafe(0, small.getBytes(StandardCharsets.UTF_8));
        offsets.setNull(1);
        offsets.setSafe(2, large.getBytes(StandardCharsets.UTF_8));
        offsets.setValueCount(3);
        ViewVarCharVector views = new ViewVarCharVector("v", allocator);
        views.setSafe(0, small.getBytes(StandardCharsets.UTF_8));
        views.setNull(1);
        views.setSafe(2, large.getBytes(StandardCharsets.UTF_8));
        views.setValueCount(3);

        assertThat(values(Types.StringType.get(), offsets)).containsExactly(small, null, large);
        assertThat(values(Types.StringType.get(), views)).containsExactly(small, null, large);
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        VarCharVector texts = new VarCharVector("v", allocator);
        texts.setSafe(0, "fine".getBytes(StandardCharsets.UTF_8));
        texts.setSafe(1, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
        texts.setSafe(2, new byte[] {(byte) 0xC0, (byte) 0x80});
        texts.setValueCount(3);

        Converted converted = convert(Types.StringType.get(), texts);

        assertThat(converted.errors().stream().map(FloeException::code))
                .containsExactly(ErrorCode.INVALID_UTF8, ErrorCode.INVALID_UTF8);
    }

    @Test
    void keepsDictionaries() {
        VarCharVector entries = new VarCharVector("v", allocator);
        entries.setSafe(0, "red".getBytes(StandardCharsets.UTF_8));
        entries.setSafe(1, "green".getBytes(StandardCharsets.UTF_8));
        entries.setValueCount(2);
        VarCharVector texts = new VarCharVector("v", allocator);
        texts.setSafe(0, "green".getBytes(StandardCharsets.UTF_8));
        texts.setNull(1);
        texts.setSafe(2, "red".getBytes(StandardCharsets.UTF_8));
        texts.setValueCount(3);
        Dictionary dictionary = new Dictionary(entries, new DictionaryEncoding(4, false, null));
        DictionaryProvider.MapDictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider(dictionary);
        byte[] stream;
        try (entries;
                texts;
                FieldVector coded = (FieldVector) DictionaryEncoder.encode(texts, dictionary)) {
            stream = stream(coded, provider);
        }

        Converted converted = converter.convert(Batches.one(Types.StringType.get()), batch(stream));

        assertThat(values(converted, Types.StringType.get())).containsExactly("green", null, "red");
    }

    @Test
    void readsDecimalsAndLists() {
        DecimalVector decimals = new DecimalVector("v", allocator, 20, 3);
        decimals.setSafe(0, new BigDecimal("-12.500"));
        decimals.setSafe(1, new BigDecimal("12.345"));
        decimals.setValueCount(2);
        ListVector lists = ListVector.empty("v", allocator);
        UnionListWriter writer = lists.getWriter();
        writer.setPosition(0);
        writer.startList();
        writer.bigInt().writeBigInt(1);
        writer.bigInt().writeBigInt(2);
        writer.endList();
        writer.setValueCount(2);
        lists.setValueCount(2);

        Converted converted = convert(Types.DecimalType.of(9, 2), decimals);
        assertThat(converted.rowsRefused()).isEqualTo(1);
        assertThat(values(converted, Types.DecimalType.of(9, 2))).containsExactly(new BigDecimal("-12.50"));
        assertThat(values(Types.ListType.ofOptional(2, Types.LongType.get()), lists))
                .containsExactly(List.of(1L, 2L), null);
    }

    @Test
    void namesATypeThatNoColumnHolds() {
        DurationVector durations =
                new DurationVector("v", FieldType.nullable(new ArrowType.Duration(TimeUnit.SECOND)), allocator);
        durations.setValueCount(1);

        FloeException refusal = refusal(Types.LongType.get(), durations);

        assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(refusal.message()).contains("Duration");
        assertThat(refusal.fieldPath()).isEqualTo("v");
    }

    @Test
    void refusesAColumnOfAnotherType() {
        Float4Vector floats = new Float4Vector("v", allocator);
        floats.setValueCount(1);

        assertThat(refusal(Types.LongType.get(), floats).code()).isEqualTo(ErrorCode.WRONG_TYPE);
    }

    static Stream<Long> seeds() {
        return LongStream.range(0, Long.getLong("seeds", 400)).boxed();
    }

    /** Whatever is done to a stream's bytes, the answer is columns or a named refusal, never a crash. */
    @ParameterizedTest
    @MethodSource("seeds")
    void survivesDamagedStreams(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] stream = sound();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            int at = random.nextInt(stream.length);
            stream[at] = (byte) (random.nextBoolean() ? random.nextInt() : stream[at] ^ 1 << random.nextInt(8));
        }
        int length = random.nextInt(4) == 0 ? random.nextInt(stream.length) : stream.length;
        Batch batch = batch(Arrays.copyOf(stream, length));
        Target target = new Target(
                new Schema(
                        Types.NestedField.optional(1, "n", Types.LongType.get()),
                        Types.NestedField.optional(2, "t", Types.StringType.get()),
                        Types.NestedField.optional(3, "w", Types.StringType.get())),
                TableMode.APPEND,
                List.of());

        Throwable thrown = catchThrowable(() -> converter.convert(target, batch));

        if (thrown != null) {
            assertThat(thrown).isInstanceOf(FloeException.class);
            assertThat(((FloeException) thrown).code().kind()).isEqualTo(ErrorKind.INVALID);
        }
    }

    @Test
    void refusesWhatIsNoZstdUnderItsName() throws IOException {
        BigIntVector numbers = new BigIntVector("v", allocator);
        numbers.setSafe(19, 1);
        numbers.setValueCount(20);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (VectorSchemaRoot root = VectorSchemaRoot.of(numbers);
                ArrowStreamWriter writer = new ArrowStreamWriter(
                        root,
                        new DictionaryProvider.MapDictionaryProvider(),
                        Channels.newChannel(bytes),
                        IpcOption.DEFAULT,
                        new NoZstd(),
                        CompressionUtil.CodecType.ZSTD)) {
            writer.writeBatch();
            writer.end();
        }
        FloeException refusal = (FloeException)
                catchThrowable(() -> converter.convert(Batches.one(Types.LongType.get()), batch(bytes.toByteArray())));

        assertThat(refusal.code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
        assertThat(refusal.message()).contains("a buffer that zstd can't read");
    }

    /** Writes the same few bytes for whatever it is given. */
    private static final class NoZstd extends AbstractCompressionCodec implements CompressionCodec.Factory {
        @Override
        protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf plain) {
            ArrowBuf packed = allocator.buffer(CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH + Integer.BYTES);
            packed.setInt(CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH, 42);
            packed.writerIndex(packed.capacity());
            return packed;
        }

        @Override
        protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf packed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompressionUtil.CodecType getCodecType() {
            return CompressionUtil.CodecType.ZSTD;
        }

        @Override
        public CompressionCodec createCodec(CompressionUtil.CodecType type) {
            return this;
        }

        @Override
        public CompressionCodec createCodec(CompressionUtil.CodecType type, int level) {
            return this;
        }
    }

    private byte[] sound() {
        BigIntVector numbers = new BigIntVector("n", allocator);
        VarCharVector texts = new VarCharVector("t", allocator);
        ViewVarCharVector views = new ViewVarCharVector("w", allocator);
        for (int row = 0; row < 20; row++) {
            numbers.setSafe(row, row);
            texts.setSafe(row, ("text " + row).getBytes(StandardCharsets.UTF_8));
            views.setSafe(row, ("a text longer than a view holds " + row).getBytes(StandardCharsets.UTF_8));
        }
        numbers.setValueCount(20);
        texts.setValueCount(20);
        views.setValueCount(20);
        try (numbers;
                texts;
                views) {
            return stream(List.of(numbers, texts, views), new DictionaryProvider.MapDictionaryProvider());
        }
    }

    private Converted convert(Type type, FieldVector vector) {
        try (vector) {
            return converter.convert(
                    Batches.one(type), batch(stream(vector, new DictionaryProvider.MapDictionaryProvider())));
        }
    }

    private FloeException refusal(Type type, FieldVector vector) {
        return (FloeException) catchThrowable(() -> convert(type, vector));
    }

    private List<@Nullable Object> values(Type type, FieldVector vector) {
        Converted converted = convert(type, vector);
        assertThat(converted.errors()).isEmpty();
        return values(converted, type);
    }

    private static List<@Nullable Object> values(Converted converted, Type type) {
        ColumnBatch batch = converted.parts().get(0).batch();
        List<@Nullable Object> values = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            values.add(ValueReader.value(batch.columns().get(0), type, row));
        }
        return values;
    }

    private static byte[] stream(FieldVector vector, DictionaryProvider dictionaries) {
        return stream(List.of(vector), dictionaries);
    }

    private static byte[] stream(List<FieldVector> vectors, DictionaryProvider dictionaries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (VectorSchemaRoot root = VectorSchemaRoot.of(vectors.toArray(FieldVector[]::new));
                ArrowStreamWriter writer = new ArrowStreamWriter(root, dictionaries, bytes)) {
            writer.writeBatch();
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Batch batch(byte[] stream) {
        return Batch.newBuilder()
                .setArrow(ArrowBatch.newBuilder().setIpcStream(ByteString.copyFrom(stream)))
                .build();
    }
}
