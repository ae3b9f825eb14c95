package dev.floe.cli.ingest;

import dev.floe.client.Column;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of separated values; the first record names the columns, or they are the table's in its order. */
final class CsvRows implements RowSource {
    private final CsvRecords records;
    private final List<Column> columns;
    private final List<String> names;
    private long number;

    private CsvRows(CsvRecords records, List<Column> columns) {
        this.records = records;
        this.columns = List.copyOf(columns);
        this.names = columns.stream().map(Column::name).toList();
    }

    /** Rows number from 1 after the heading; throws where the heading does not fit the table. */
    static CsvRows withHeading(CsvRecords records, List<Column> table) throws IOException {
        List<@Nullable String> heading = records.next();
        if (heading == null) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the input is empty: it has no heading")
                    .advise("name the columns in the first line, or use --no-header");
        }
        Map<String, Column> byName = table.stream().collect(Collectors.toMap(Column::name, Function.identity()));
        List<Column> columns = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (String cell : heading) {
            String name = cell == null ? "" : cell.strip();
            Column column = byName.get(name);
            if (column == null) {
                throw new FloeException(ErrorCode.UNKNOWN_COLUMN, "the table has no column " + Cells.shown(name))
                        .at("heading")
                        .advise("name the table's columns in the first line, or use --no-header where it is a row");
            }
            if (!taken.add(name)) {
                throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the heading names " + name + " twice")
                        .at("heading");
            }
            columns.add(column);
        }
        return new CsvRows(records, columns);
    }

    static CsvRows withoutHeading(CsvRecords records, List<Column> table) {
        return new CsvRows(records, table);
    }

    @Override
    public @Nullable SourceRow next() throws IOException {
        while (true) {
            number++;
            try {
                List<@Nullable String> fields = records.next();
                if (fields == null) {
                    return null;
                }
                if (fields.size() == 1 && fields.get(0) == null && columns.size() > 1) {
                    // an empty line, as many programs leave at the end
                    number--;
                    continue;
                }
                return new SourceRow.Good(number, names, values(fields), records.bytes());
            } catch (FloeException e) {
                return new SourceRow.Bad(number, e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        records.close();
    }

    private @Nullable Object[] values(List<@Nullable String> fields) {
        if (fields.size() != columns.size()) {
            throw new FloeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the record has " + fields.size() + " fields where " + columns.size() + " are expected");
        }
        @Nullable Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            String field = fields.get(i);
            values[i] = field == null ? null : Cells.parse(columns.get(i), field);
        }
        return values;
    }
}
