package dev.floe.sqlgateway.flight;

import dev.floe.sqlgateway.MemoryEngine;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** A row of parameters for {@code echo}: one value of each of {@link MemoryEngine#simpleTypes}. */
final class ParameterVectors {
    private static final byte[] ID =
            ByteBuffer.allocate(16).putLong(1).putLong(2).array();

    /** As {@link FlightTestClient} shows the row that comes back. */
    static final List<@Nullable Object> EVERY_TYPE = List.of(
            true,
            -7,
            1L << 60,
            1.5f,
            Math.PI,
            new BigDecimal("-12.50"),
            new BigDecimal("-12345678901234567890123456789012345.678"),
            "grüße 🦀",
            "[0, -1, 2]",
            Arrays.toString(ID),
            -1,
            86_399_999_999L,
            "1969-12-31T23:59:59.999999",
            1_767_323_045_678_901L);

    private ParameterVectors() {}

    /** Fills vectors of the parameters' own types. */
    static VectorSchemaRoot everyType(VectorSchemaRoot root) {
        root.allocateNew();
        ((BitVector) root.getVector(0)).setSafe(0, 1);
        ((IntVector) root.getVector(1)).setSafe(0, -7);
        ((BigIntVector) root.getVector(2)).setSafe(0, 1L << 60);
        ((Float4Vector) root.getVector(3)).setSafe(0, 1.5f);
        ((Float8Vector) root.getVector(4)).setSafe(0, Math.PI);
        ((DecimalVector) root.getVector(5)).setSafe(0, new BigDecimal("-12.50"));
        ((DecimalVector) root.getVector(6)).setSafe(0, new BigDecimal("-12345678901234567890123456789012345.678"));
        ((VarCharVector) root.getVector(7)).setSafe(0, "grüße 🦀".getBytes(StandardCharsets.UTF_8));
        ((VarBinaryVector) root.getVector(8)).setSafe(0, new byte[] {0, -1, 2});
        ((FixedSizeBinaryVector) root.getVector(9)).setSafe(0, ID);
        ((DateDayVector) root.getVector(10)).setSafe(0, -1);
        ((TimeMicroVector) root.getVector(11)).setSafe(0, 86_399_999_999L);
        ((TimeStampMicroVector) root.getVector(12)).setSafe(0, -1);
        ((TimeStampMicroTZVector) root.getVector(13)).setSafe(0, 1_767_323_045_678_901L);
        root.setRowCount(1);
        return root;
    }
}
