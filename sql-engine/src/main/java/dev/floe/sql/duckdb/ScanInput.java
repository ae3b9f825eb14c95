package dev.floe.sql.duckdb;

import dev.floe.sql.scan.DeadRows;
import dev.floe.sql.scan.FilePlan;
import dev.floe.sql.scan.LiveFile;
import dev.floe.sql.tail.TableTail;
import dev.floe.storage.column.ColumnBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * What one scan of a query reads, as a relation of DuckDB's: files of a table, and rows in memory.
 *
 * <p>Columns are found by field id, whatever a file of an older schema calls them; one that a file lacks is null, one
 * of a narrower type is widened. Files without dead rows are read without the test for them; rows in memory, such as
 * those of the log's tail, come after those of the files. Columns are called c0, c1 and so on.
 */
public final class ScanInput {
    private final Schema schema;
    private final List<Integer> fieldIds;
    /** The rows in memory, from the first one each time; null where there are none. */
    private final @Nullable Supplier<RowStream.Rows> memory;

    private final List<String> clean = new ArrayList<>();
    private final List<String> dirty = new ArrayList<>();
    private final List<DeadRows> dead = new ArrayList<>();

    private ScanInput(Schema schema, List<Integer> fieldIds, @Nullable Supplier<RowStream.Rows> memory) {
        this.schema = schema;
        this.fieldIds = List.copyOf(fieldIds);
        this.memory = memory;
    }

    /**
     * The live rows of files and of the tail. Columns are those of {@code schema} with the ids, none of them nested.
     * Throws DATA_UNREADABLE.
     */
    public static ScanInput of(FilePlan plan, Schema schema, List<Integer> fieldIds) {
        TableTail tail = plan.view().tail();
        ScanInput input = new ScanInput(
                schema, fieldIds, tail.isEmpty() ? null : () -> tail.rows(schema, List.copyOf(fieldIds))::next);
        for (LiveFile file : plan.files()) {
            DeadRows rows = plan.view().dead(file);
            if (rows == null || rows.isEmpty()) {
                input.clean.add(file.location());
            } else {
                input.dirty.add(file.location());
                input.dead.add(rows);
            }
        }
        return input;
    }

    /** Rows that are at hand, with the columns of the ids in their order; null for none. */
    public static ScanInput of(@Nullable ColumnBatch rows, Schema schema, List<Integer> fieldIds) {
        return new ScanInput(schema, fieldIds, rows == null || rows.rowCount() == 0 ? null : () -> once(rows));
    }

    private static RowStream.Rows once(ColumnBatch rows) {
        Iterator<ColumnBatch> left = List.of(rows).iterator();
        return rowsMax -> left.hasNext() ? left.next() : null;
    }

    /** All files, those without dead rows first. */
    List<String> locations() {
        List<String> all = new ArrayList<>(clean);
        all.addAll(dirty);
        return all;
    }

    /** Verifies the checksums of what is read of the files, which are acquired. Throws DATA_UNREADABLE. */
    void verify(LinkedFiles files, Runnable checkpoint) {
        for (String location : locations()) {
            checkpoint.run();
            files.verify(location, schema, fieldIds);
        }
    }

    /** The dead rows of the files that have some, in the order of the files. */
    List<DeadRows> dead() {
        return dead;
    }

    /** Gives the rows in memory a name on a connection, where there are any. */
    Optional<RowStream> register(DuckDBConnection connection, String name, BufferAllocator allocator) {
        if (memory == null) {
            return Optional.empty();
        }
        List<Type> types = fieldIds.stream().map(schema::findType).toList();
        return Optional.of(RowStream.register(connection, name, memory.get(), types, allocator));
    }

    /**
     * A SELECT of the live rows; {@code paths} names the files, {@code firstDirty} numbers those with dead rows,
     * {@code streamName} is what rows in memory were registered as.
     */
    String text(List<Path> paths, int firstDirty, String streamName) {
        String columns =
                IntStream.range(0, fieldIds.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        List<String> parts = new ArrayList<>();
        if (!clean.isEmpty()) {
            parts.add("SELECT " + columns + " FROM " + files(paths.subList(0, clean.size())));
        }
        if (!dirty.isEmpty()) {
            String place = "(CAST(file_index AS BIGINT) + " + firstDirty + ") * 4294967296 + file_row_number";
            parts.add("SELECT " + columns + " FROM " + files(paths.subList(clean.size(), paths.size())) + " WHERE "
                    + LiveRows.NAME + "(" + place + ")");
        }
        if (memory != null) {
            parts.add(select("c", " FROM " + streamName));
        }
        return parts.isEmpty() ? select("NULL", " WHERE false") : String.join(" UNION ALL ", parts);
    }

    /** The columns, cast to their types; {@code value} is a name that their numbers follow, or NULL. */
    private String select(String value, String from) {
        return IntStream.range(0, fieldIds.size())
                .mapToObj(i -> "CAST(" + (value.equals("NULL") ? value : value + i) + " AS "
                        + type(schema.findType(fieldIds.get(i))) + ") AS c" + i)
                .collect(Collectors.joining(", ", "SELECT ", from));
    }

    private String files(List<Path> paths) {
        String list = paths.stream()
                .map(path -> "'" + path.toString().replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "[", "]"));
        String fields = IntStream.range(0, fieldIds.size())
                .mapToObj(i -> fieldIds.get(i) + ": {name: 'c" + i + "', type: '"
                        + type(schema.findType(fieldIds.get(i))) + "', default_value: NULL}")
                .collect(Collectors.joining(", ", "MAP {", "}"));
        return "read_parquet(" + list + ", hive_partitioning=false, schema=" + fields + ")";
    }

    private static String type(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield "DECIMAL(" + decimal.precision() + ", " + decimal.scale() + ")";
            }
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
            case STRING -> "VARCHAR";
            case BINARY -> "BLOB";
            case UUID -> "UUID";
            default -> throw new IllegalArgumentException("DuckDB reads no column of " + type + " here");
        };
    }
}
