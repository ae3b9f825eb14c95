package dev.floe.cli.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs are written by Arrow's own writers and codecs. */
class ArrowSourceTest {
    private static final int BATCHES = 3;
    private static final int BATCH_ROWS = 1_000;
    private static final List<Column> TABLE = List.of(
            Column.required("n", Primitive.LONG),
            Column.optional("kind", Primitive.STRING),
            Column.optional("text", Primitive.STRING));

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void close() {
        allocator.close();
    }

    @ParameterizedTest
    @CsvSource({
        "false, NO_COMPRESSION",
        "true, NO_COMPRESSION",
        "false, ZSTD",
        "true, ZSTD",
        "false, LZ4_FRAME",
        "true, LZ4_FRAME"
    })
    void readsFilesAndStreamsOfEveryCompression(boolean file, CodecType codec) throws IOException {
        List<SourceBatch> batches = read(written(file, codec), List.of(), new BatchLimits(700, 1));

        assertThat(batches).extracting(batch -> batch.numbers().count()).containsExactly(700, 300, 700, 300, 700, 300);
        assertThat(batches.get(5).numbers().last()).isEqualTo(3_000);
        long row = 0;
        for (SourceBatch batch : batches) {
            for (String line : lines(batch)) {
                assertThat(line).isEqualTo(line(row++, true));
            }
        }
        assertThat(row).isEqualTo(3_000);
    }

    @Test
    void beginsAtTheRowAskedForAndSendsTheColumnsAskedFor() throws IOException {
        List<SourceBatch> batches =
                read(written(true, CodecType.NO_COMPRESSION), List.of("n", "kind"), new BatchLimits(10_000, 1_500));

        assertThat(batches).extracting(batch -> batch.numbers().first()).containsExactly(1_500L, 2_001L);
        assertThat(lines(batches.get(0))).hasSize(501).startsWith(line(1_499, false));
    }

    @Test
    void refusesAColumnThatTheTableLacks() throws IOException {
        byte[] input = written(false, CodecType.NO_COMPRESSION);

        assertThatThrownBy(() -> read(input, TABLE.subList(0, 2), List.of(), new BatchLimits(10, 1)))
                .isInstanceOfSatisfying(FloeException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_COLUMN);
                    assertThat(e.message()).contains("'text'");
                });
    }

    /** Whatever the bytes are, the answer is an error of this kind, and no memory stays taken. */
    @Test
    void refusesWhatIsNoArrowOrIsBroken() throws IOException {
        byte[] whole = written(true, CodecType.ZSTD);
        SplittableRandom random = new SplittableRandom(15);
        List<byte[]> inputs = new ArrayList<>(
                List.of(new byte[0], "id,name\n1,2\n".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(whole, 900)));
        for (int i = 0; i < 40; i++) {
            byte[] changed = whole.clone();
            for (int at = 0; at < 20; at++) {
                changed[8 + random.nextInt(1_500)] = (byte) random.nextInt();
            }
            inputs.add(changed);
        }
        for (byte[] input : inputs) {
            try {
                read(input, List.of(), new BatchLimits(1_000, 1));
            } catch (FloeException e) {
                assertThat(e.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.UNKNOWN_COLUMN);
            }
        }
        assertThatThrownBy(() -> read(inputs.get(1), List.of(), new BatchLimits(10, 1)))
                .hasMessageContaining("no Arrow IPC file or stream");
        assertThatThrownBy(() -> read(inputs.get(2), List.of(), new BatchLimits(10, 1)))
                .hasMessageContaining("broken");
    }

    private List<SourceBatch> read(byte[] input, List<String> wanted, BatchLimits limits) throws IOException {
        return read(input, TABLE, wanted, limits);
    }

    private static List<SourceBatch> read(byte[] input, List<Column> table, List<String> wanted, BatchLimits limits)
            throws IOException {
        List<SourceBatch> all = new ArrayList<>();
        InputStream in = new ByteArrayInputStream(input);
        try (ArrowSource source = new ArrowSource(in, FileColumns.of(table, wanted), limits)) {
            for (SourceBatch batch = source.next(); batch != null; batch = source.next()) {
                all.add(batch);
            }
        }
        return all;
    }

    /** n counts up, kind is one of three through a dictionary, text is null in every fifth row. */
    private byte[] written(boolean file, CodecType codec) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
        try (BigIntVector n = new BigIntVector("n", allocator);
                VarCharVector kinds = new VarCharVector("kinds", allocator);
                VarCharVector plain = new VarCharVector("kind", allocator);
                VarCharVector text = new VarCharVector("text", allocator)) {
            for (int i = 0; i < 3; i++) {
                kinds.setSafe(i, ("kind " + i).getBytes(StandardCharsets.UTF_8));
            }
            kinds.setValueCount(3);
            Dictionary dictionary = new Dictionary(kinds, encoding);
            fillKinds(plain);
            try (FieldVector kind = (FieldVector) DictionaryEncoder.encode(plain, dictionary)) {
                VectorSchemaRoot root = new VectorSchemaRoot(List.of(n, kind, text));
                try (ArrowWriter writer = writer(file, codec, root, new MapDictionaryProvider(dictionary), out)) {
                    writer.start();
                    for (int batch = 0; batch < BATCHES; batch++) {
                        fill(n, text, (long) batch * BATCH_ROWS);
                        ((IntVector) kind).setValueCount(BATCH_ROWS);
                        root.setRowCount(BATCH_ROWS);
                        writer.writeBatch();
                    }
                    writer.end();
                }
            }
        }
        return out.toByteArray();
    }

    private static ArrowWriter writer(
            boolean file,
            CodecType codec,
            VectorSchemaRoot root,
            MapDictionaryProvider dictionaries,
            ByteArrayOutputStream out) {
        CompressionCodec.Factory codecs = codec == CodecType.NO_COMPRESSION
                ? NoCompressionCodec.Factory.INSTANCE
                : CommonsCompressionFactory.INSTANCE;
        return file
                ? new ArrowFileWriter(
                        root, dictionaries, Channels.newChannel(out), null, IpcOption.DEFAULT, codecs, codec)
                : new ArrowStreamWriter(root, dictionaries, Channels.newChannel(out), IpcOption.DEFAULT, codecs, codec);
    }

    private static void fillKinds(VarCharVector plain) {
        for (int i = 0; i < BATCH_ROWS; i++) {
            plain.setSafe(i, ("kind " + i % 3).getBytes(StandardCharsets.UTF_8));
        }
        plain.setValueCount(BATCH_ROWS);
    }

    private static void fill(BigIntVector n, VarCharVector text, long first) {
        text.reset();
        for (int i = 0; i < BATCH_ROWS; i++) {
            n.setSafe(i, first + i);
            if (i % 5 != 0) {
                text.setSafe(i, ("text " + i).getBytes(StandardCharsets.UTF_8));
            }
        }
        n.setValueCount(BATCH_ROWS);
        text.setValueCount(BATCH_ROWS);
    }

    private static String line(long row, boolean withText) {
        long i = row % BATCH_ROWS;
        String text = i % 5 == 0 ? "null" : "text " + i;
        return row + "|kind " + i % 3 + (withText ? "|" + text : "");
    }

    /** A batch's rows as a reader of Arrow streams sees them. */
    private List<String> lines(SourceBatch batch) throws IOException {
        List<String> lines = new ArrayList<>();
        byte[] stream = ((Batch.Arrow) batch.batch()).ipcStream();
        try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            while (reader.loadNextBatch()) {
                List<FieldVector> vectors = reader.getVectorSchemaRoot().getFieldVectors();
                VarCharVector kinds = (VarCharVector) reader.lookup(1).getVector();
                for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
                    String kind = String.valueOf(kinds.getObject(((IntVector) vectors.get(1)).get(row)));
                    lines.add(((BigIntVector) vectors.get(0)).get(row) + "|" + kind
                            + (vectors.size() > 2 ? "|" + vectors.get(2).getObject(row) : ""));
                }
            }
        }
        return lines;
    }
}
