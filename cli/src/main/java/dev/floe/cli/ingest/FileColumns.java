package dev.floe.cli.ingest;

import dev.floe.client.Column;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which columns of a file are sent, and the table's columns that take them. */
final class FileColumns {
    private final Map<String, Column> table;
    private final List<String> wanted;

    private FileColumns(Map<String, Column> table, List<String> wanted) {
        this.table = table;
        this.wanted = List.copyOf(wanted);
    }

    /** {@code wanted} names the file's columns to send; none means all. */
    static FileColumns of(List<Column> table, List<String> wanted) {
        return new FileColumns(table.stream().collect(Collectors.toMap(Column::name, Function.identity())), wanted);
    }

    /** The table's column for each of the file's that is sent, in its order; throws where a name fits nothing. */
    Map<String, Column> match(List<String> file) {
        Set<String> known = Set.copyOf(file);
        if (known.size() < file.size()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the file has two columns of one name");
        }
        for (String name : wanted) {
            if (!known.contains(name)) {
                throw new FloeException(
                                ErrorCode.UNKNOWN_COLUMN,
                                "the file has no column " + Cells.shown(name) + ", only "
                                        + String.join(", ", new TreeSet<>(known)))
                        .at("--columns");
            }
        }
        Map<String, Column> matched = new LinkedHashMap<>();
        for (String name : file) {
            if (!wanted.isEmpty() && !wanted.contains(name)) {
                continue;
            }
            Column column = table.get(name);
            if (column == null) {
                throw new FloeException(ErrorCode.UNKNOWN_COLUMN, "the table has no column " + Cells.shown(name))
                        .advise("name the columns to send with --columns, or rename it in the file");
            }
            matched.put(name, column);
        }
        return matched;
    }
}
