package dev.floe.sql.duckdb;

import dev.floe.sql.duckdb.ScanInput.ScannedFile;
import dev.floe.sql.scan.DeadRows;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.Validity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;

/**
 * A scan that one connection of DuckDB's can read once: its files are at hand and verified, its rows in memory have a
 * name on the connection. {@link #close} comes after the query.
 *
 * <p>Files are read in groups, those that call and store the columns alike and have dead rows, or none, together.
 * Where rows are dead, DuckDB gets a bit string for each file, all of them as a list in one row, and takes the bit at
 * the row's place. A function of ours in the bits' stead costs more: DuckDB attaches its thread to the JVM and detaches
 * it for every 2,048 rows.
 */
final class BoundScan implements AutoCloseable {
    private static final List<Type> DEAD_TYPES = List.of(Types.BinaryType.get(), Types.IntegerType.get());

    private final ScanFiles files;
    private final ScanInput input;
    private final List<RowStream> streams = new ArrayList<>();
    private final List<String> parts = new ArrayList<>();

    /** What has to be alike in files that are read together. */
    private record Group(FileColumns columns, boolean isDirty) {}

    private BoundScan(ScanFiles files, ScanInput input) {
        this.files = files;
        this.input = input;
    }

    /**
     * Names on the connection begin with {@code name}; {@code checkpoint} is called for each file, and while files are
     * fetched. Throws as {@link ScanFiles#acquire} does.
     */
    static BoundScan open(
            DuckDb database, DuckDBConnection connection, String name, ScanInput input, Runnable checkpoint) {
        BoundScan scan = new BoundScan(database.files(), input);
        List<PlacedFile> placed = scan.files.acquire(input, checkpoint);
        try {
            Map<Group, List<Integer>> groups = new LinkedHashMap<>();
            for (int i = 0; i < placed.size(); i++) {
                checkpoint.run();
                ScannedFile file = input.files().get(i);
                FileColumns columns = FileColumns.of(
                        scan.files.verify(placed.get(i), input.schema(), input.fieldIds()), input.fieldIds());
                groups.computeIfAbsent(new Group(columns, file.dead() != null), group -> new ArrayList<>())
                        .add(i);
            }
            groups.forEach((group, members) -> {
                String dead = name + "_dead" + scan.parts.size();
                if (group.isDirty) {
                    scan.register(connection, dead, () -> bits(input, members), DEAD_TYPES, database.allocator());
                }
                scan.parts.add(scan.text(
                        group, members.stream().map(i -> placed.get(i).path()).toList(), dead));
            });
            Supplier<RowStream.Rows> memory = input.memory();
            if (memory != null) {
                String rows = name + "_rows";
                List<Type> types =
                        input.fieldIds().stream().map(input.schema()::findType).toList();
                scan.register(connection, rows, memory, types, database.allocator());
                scan.parts.add(scan.select("c", " FROM " + rows));
            }
            return scan;
        } catch (RuntimeException e) {
            scan.close();
            throw e;
        }
    }

    private void register(
            DuckDBConnection connection,
            String name,
            Supplier<RowStream.Rows> rows,
            List<Type> types,
            BufferAllocator allocator) {
        streams.add(RowStream.register(connection, name, rows.get(), types, allocator));
    }

    /** A SELECT of the live rows; columns are called c0, c1 and so on. */
    String text() {
        return parts.isEmpty() ? select("NULL", " WHERE false") : String.join(" UNION ALL ", parts);
    }

    private String text(Group group, List<Path> paths, String dead) {
        String list = paths.stream()
                .map(path -> "'" + path.toString().replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "[", "]"));
        String select = group.columns.select(input.schema(), input.fieldIds(), list);
        return group.isDirty
                ? select + ", (SELECT list(CAST(c0 AS BIT) ORDER BY c1) AS dead FROM " + dead + ") AS d"
                        + " WHERE get_bit(d.dead[CAST(f.file_index AS BIGINT) + 1],"
                        + " CAST(f.file_row_number AS INTEGER)) = 0"
                : select;
    }

    /** The columns, cast to their types; {@code value} is a name that their numbers follow, or NULL. */
    private String select(String value, String from) {
        return IntStream.range(0, input.fieldIds().size())
                .mapToObj(i -> "CAST(" + (value.equals("NULL") ? value : value + i) + " AS "
                        + FileColumns.type(
                                input.schema().findType(input.fieldIds().get(i))) + ") AS c" + i)
                .collect(Collectors.joining(", ", "SELECT ", from));
    }

    /** The dead rows of each file, one file a batch: their bits, and the file's number. */
    private static RowStream.Rows bits(ScanInput input, List<Integer> members) {
        int[] next = {0};
        return rowsMax -> {
            int place = next[0]++;
            if (place == members.size()) {
                return null;
            }
            ScannedFile file = input.files().get(members.get(place));
            DeadRows dead = file.dead();
            byte[] bits = dead == null ? new byte[0] : dead.bits(file.rows());
            BytesVector column = BytesVector.plain(new int[] {0, bits.length}, bits, 1, Validity.all());
            IntVector number = new IntVector(new int[] {place}, 1, Validity.all());
            return new ColumnBatch(1, List.of(0, 1), List.of(column, number), new byte[1]);
        };
    }

    @Override
    public void close() {
        streams.forEach(RowStream::close);
        files.release(input);
    }
}
