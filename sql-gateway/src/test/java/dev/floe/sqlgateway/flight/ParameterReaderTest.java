package dev.floe.sqlgateway.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.sql.arrow.ArrowSchemas;
import dev.floe.sqlgateway.MemoryEngine;
import dev.floe.sqlgateway.arrow.ArrowPart;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ParameterReaderTest {
    private final ParameterMemory memory = new ParameterMemory(1L << 30, 1L << 30);

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 20));
    }

    @Test
    void readsTypesThatClientsHaveAndParametersHaveNot() {
        try (BufferAllocator arrow = new RootAllocator()) {
            SmallIntVector small = new SmallIntVector("a", arrow);
            small.setSafe(0, -3);
            UInt8Vector unsigned = new UInt8Vector("b", arrow);
            unsigned.setSafe(0, -1);
            LargeVarCharVector large = new LargeVarCharVector("c", arrow);
            large.setSafe(0, "größer".getBytes(StandardCharsets.UTF_8));
            ViewVarCharVector view = new ViewVarCharVector("d", arrow);
            view.setSafe(0, "longer than twelve bytes".getBytes(StandardCharsets.UTF_8));
            DateMilliVector date = new DateMilliVector("e", arrow);
            date.setSafe(0, -86_400_000L);
            TimeSecVector time = new TimeSecVector("f", arrow);
            time.setSafe(0, 61);
            TimeStampMilliVector local = new TimeStampMilliVector("g", arrow);
            local.setSafe(0, 1);
            TimeStampNanoTZVector instant = new TimeStampNanoTZVector("h", arrow, "Europe/Berlin");
            instant.setSafe(0, 1_001);
            Decimal256Vector decimal = new Decimal256Vector("i", arrow, 50, 2);
            decimal.setSafe(0, new BigDecimal("-1.25"));
            IntVector absent = new IntVector("j", arrow);
            absent.setNull(0);
            NullVector nothing = new NullVector("k");
            List<FieldVector> vectors =
                    List.of(small, unsigned, large, view, date, time, local, instant, decimal, absent, nothing);
            List<@Nullable Object> row = read(vectors, 1).get(0);
            assertThat(row)
                    .containsExactly(
                            -3L,
                            new BigDecimal("18446744073709551615"),
                            "größer",
                            "longer than twelve bytes",
                            LocalDate.of(1969, 12, 31),
                            LocalTime.of(0, 1, 1),
                            LocalDateTime.parse("1970-01-01T00:00:00.001"),
                            Instant.parse("1970-01-01T00:00:00.000001001Z"),
                            new BigDecimal("-1.25"),
                            null,
                            null);
        }
    }

    private List<List<@Nullable Object>> read(List<FieldVector> vectors, int count) {
        vectors.forEach(vector -> vector.setValueCount(count));
        try (VectorSchemaRoot root = new VectorSchemaRoot(vectors)) {
            return read(messages(root));
        }
    }

    private static List<Flight.FlightData> messages(VectorSchemaRoot root) {
        return List.of(data(ArrowPart.of(root.getSchema())), data(ArrowPart.of(root)));
    }

    private static Flight.FlightData data(ArrowPart part) {
        return Flight.FlightData.newBuilder()
                .setDataHeader(part.metadata())
                .setDataBody(part.body())
                .build();
    }

    private List<List<@Nullable Object>> read(List<Flight.FlightData> messages) {
        ParameterReader reader = new ParameterReader(memory.share(TenantName.DEFAULT));
        messages.forEach(reader::add);
        return reader.rows().rows();
    }

    @Test
    void refusesWhatItCannotReadOrIsTooMuch() {
        try (BufferAllocator arrow = new RootAllocator()) {
            VarCharVector text = new VarCharVector("t", arrow);
            text.setSafe(0, new byte[] {(byte) 0xFF});
            assertThat(refusal(() -> read(List.of(text), 1)).code()).isEqualTo(ErrorCode.INVALID_UTF8);
            BigIntVector many = new BigIntVector("n", arrow);
            many.allocateNew(ParameterReader.ROWS_MAX + 1);
            assertThat(refusal(() -> read(List.of(many), ParameterReader.ROWS_MAX + 1))
                            .code())
                    .isEqualTo(ErrorCode.TOO_MANY_ROWS);
            LargeVarCharVector long1 = new LargeVarCharVector("t", arrow);
            long1.setSafe(0, new byte[(int) ParameterReader.BYTES_MAX + 1]);
            assertThat(refusal(() -> read(List.of(long1), 1)).code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        }
    }

    @Test
    void countsWhatItReadsAgainstTheTenantsMemory() {
        try (BufferAllocator arrow = new RootAllocator()) {
            ParameterMemory little = new ParameterMemory(1L << 20, 1_000);
            ParameterReader reader = new ParameterReader(little.share(TenantName.DEFAULT));
            VarCharVector text = new VarCharVector("t", arrow);
            text.setSafe(0, new byte[500]);
            text.setValueCount(1);
            try (VectorSchemaRoot root = VectorSchemaRoot.of(text)) {
                assertThat(refusal(() -> messages(root).forEach(reader::add)).code())
                        .isEqualTo(ErrorCode.OVERLOADED);
            }
            reader.rows().close();
            assertThat(little.taken()).isZero();
        }
    }

    /** Whatever is damaged, the client is told that it is; nothing else is thrown. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damagedMessagesAreRefusedOrRead(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Flight.FlightData> whole;
        try (BufferAllocator arrow = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(ArrowSchemas.of(MemoryEngine.simpleTypes()), arrow)) {
            whole = messages(ParameterVectors.everyType(root));
        }
        for (int round = 0; round < 200; round++) {
            List<Flight.FlightData> damaged = new ArrayList<>();
            for (Flight.FlightData message : whole) {
                damaged.add(message.toBuilder()
                        .setDataHeader(damaged(message.getDataHeader(), random))
                        .setDataBody(damaged(message.getDataBody(), random))
                        .build());
            }
            try {
                read(damaged);
            } catch (FloeException e) {
                assertThat(e.code().kind()).isEqualTo(ErrorKind.INVALID);
            }
        }
    }

    private static ByteString damaged(ByteString bytes, SplittableRandom random) {
        if (bytes.isEmpty() || random.nextInt(3) == 0) {
            return bytes;
        }
        if (random.nextInt(5) == 0) {
            return bytes.substring(0, random.nextInt(bytes.size()));
        }
        byte[] copy = bytes.toByteArray();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt();
        }
        return ByteString.copyFrom(copy);
    }

    private static FloeException refusal(Runnable call) {
        return catchThrowableOfType(FloeException.class, call::run);
    }
}
