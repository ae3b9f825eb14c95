package dev.floe.sql.duckdb;

import dev.floe.sql.scan.DeadRows;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * A function of DuckDB's that says whether a row of a file is live.
 *
 * <p>Its argument is the file's number in the upper half of a BIGINT, the row's position in the lower. DuckDB calls it
 * from its own threads for up to 2,048 rows at a time. The vectors' accessors cost more than the test itself, so where
 * the driver's vectors show their buffers to reflection the function works on those, and else through the accessors.
 */
final class LiveRows {
    static final String NAME = "floe_live";

    private static final @Nullable Field READ = buffer(DuckDBReadableVector.class, "data");
    private static final @Nullable Field WRITE = buffer(DuckDBWritableVector.class, "data");
    private static final @Nullable Field VALID = buffer(DuckDBWritableVector.class, "validity");

    private final AtomicInteger next = new AtomicInteger();
    private final ConcurrentHashMap<Integer, DeadRows> files = new ConcurrentHashMap<>();

    void register(Connection connection) throws SQLException {
        try (DuckDBScalarFunctionBuilder function = DuckDBFunctions.scalarFunction()) {
            function.withName(NAME)
                    .withParameter(DuckDBColumnType.BIGINT)
                    .withReturnType(DuckDBColumnType.BOOLEAN)
                    .withVectorizedFunction(this::test)
                    .register(connection);
        }
    }

    /** Numbers files one after another and returns the first number; {@link #remove} forgets them. */
    int add(List<DeadRows> dead) {
        int first = next.getAndUpdate(n -> n > Integer.MAX_VALUE / 2 ? 0 : n + dead.size());
        for (int i = 0; i < dead.size(); i++) {
            files.put(first + i, dead.get(i));
        }
        return first;
    }

    void remove(int first, int count) {
        for (int i = 0; i < count; i++) {
            files.remove(first + i);
        }
    }

    private void test(DuckDBDataChunkReader in, DuckDBWritableVector out) throws IllegalAccessException {
        int rows = Math.toIntExact(in.rowCount());
        DuckDBReadableVector places = in.vector(0);
        Field read = READ;
        Field write = WRITE;
        Field valid = VALID;
        if (read == null || write == null || valid == null) {
            for (int row = 0; row < rows; row++) {
                long place = places.getLong(row);
                out.setBoolean(row, !dead(place).isDeleted(position(place)));
            }
            return;
        }
        ByteBuffer source = ((ByteBuffer) read.get(places)).duplicate().order(ByteOrder.nativeOrder());
        ByteBuffer target = (ByteBuffer) write.get(out);
        // results are null until they are said not to be
        ByteBuffer validity = (ByteBuffer) valid.get(out);
        for (int i = 0; i + Long.BYTES <= validity.limit(); i += Long.BYTES) {
            validity.putLong(i, -1L);
        }
        int file = -1;
        DeadRows dead = null;
        for (int row = 0; row < rows; row++) {
            long place = source.getLong(row * Long.BYTES);
            if (dead == null || file != (int) (place >>> 32)) {
                file = (int) (place >>> 32);
                dead = dead(place);
            }
            target.put(row, (byte) (dead.isDeleted(position(place)) ? 0 : 1));
        }
    }

    private DeadRows dead(long place) {
        DeadRows dead = files.get((int) (place >>> 32));
        if (dead == null) {
            throw new IllegalStateException("no such file");
        }
        return dead;
    }

    private static long position(long place) {
        return place & 0xffff_ffffL;
    }

    private static @Nullable Field buffer(Class<?> vector, String name) {
        try {
            Field field = vector.getDeclaredField(name);
            field.setAccessible(true);
            return field.getType() == ByteBuffer.class ? field : null;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
