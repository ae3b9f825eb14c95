package dev.floe.cli.ingest;

import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnarRows;
import dev.floe.client.ColumnarRows.ColumnData;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Batches of a Parquet file.
 *
 * <pre>
 *   row group ─┬─ only flat columns: LeafColumn each ─ ColumnarRows
 *              └─ nested ones too:   records ─ RecordColumn each ─ rows
 * </pre>
 *
 * <p>One row group is in memory at a time. Types are checked when it opens, before anything is sent.
 */
final class ParquetSource implements BatchSource {
    private final BatchLimits limits;
    private final RowReports reports;
    private final ParquetFileReader file;
    private final MessageType schema;
    private final List<LeafColumn> leaves = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<RecordColumn> records = new ArrayList<>();
    private List<ColumnReader> readers = List.of();
    private @Nullable RecordReader<Group> groups;
    private int started;
    private long read;
    private long next = 1;
    private long left;

    ParquetSource(Path path, FileColumns columns, BatchLimits limits, RowReports reports) throws IOException {
        this.limits = limits;
        this.reports = reports;
        this.file = open(path);
        try {
            this.schema = plan(columns);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
        file.setRequestedSchema(schema);
    }

    @Override
    public @Nullable SourceBatch next() throws IOException {
        try {
            while (left > 0 || nextRowGroup()) {
                int rows = (int) Math.min(left, limits.rowsMax());
                SourceBatch batch = groups == null ? columnar(rows) : assembled(rows, groups);
                next += rows;
                left -= rows;
                read += rows;
                if (batch.numbers().count() > 0) {
                    return batch;
                }
            }
            return null;
        } catch (FloeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // parquet-java has no exceptions of its own for most of what a broken file makes it meet
            throw unreadable(e);
        }
    }

    @Override
    public long read() {
        return read;
    }

    /** How far it is, from 0 to 1. */
    double share() {
        return (next - 1.0) / Math.max(1, file.getRecordCount());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static ParquetFileReader open(Path path) throws IOException {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .usePageChecksumVerification()
                .build();
        try {
            return ParquetFileReader.open(new LocalInputFile(path), options);
        } catch (IOException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private MessageType plan(FileColumns columns) {
        MessageType stored = file.getFooter().getFileMetaData().getSchema();
        Map<String, Column> matched =
                columns.match(stored.getFields().stream().map(Type::getName).toList());
        List<Type> sent = stored.getFields().stream()
                .filter(field -> matched.containsKey(field.getName()))
                .toList();
        MessageType requested = new MessageType(stored.getName(), sent);
        boolean flat =
                sent.stream().allMatch(field -> field.isPrimitive() && !field.isRepetition(Type.Repetition.REPEATED));
        List<String> misfits = new ArrayList<>();
        @Nullable FloeException first = null;
        for (Type field : sent) {
            Column column = Objects.requireNonNull(matched.get(field.getName()));
            try {
                names.add(column.name());
                records.add(RecordColumn.of(column.name(), column.type(), field));
                if (flat) {
                    leaves.add(leaf(column, requested, field));
                }
            } catch (FloeException e) {
                first = first == null ? e : first;
                misfits.add(e.fieldPath() + ": " + e.message());
            }
        }
        if (first != null) {
            throw misfits.size() == 1
                    ? first
                    : new FloeException(first.code(), "columns do not fit: " + String.join("; ", misfits))
                            .advise(first.action());
        }
        return requested;
    }

    private static LeafColumn leaf(Column column, MessageType requested, Type field) {
        Conversion conversion = Objects.requireNonNull(
                ParquetTypes.conversion(column.type(), field.asPrimitiveType()), "checked before");
        return new LeafColumn(column.name(), requested.getMaxDefinitionLevel(field.getName()), conversion);
    }

    private boolean nextRowGroup() throws IOException {
        for (BlockMetaData group = upcoming(); group != null; group = upcoming()) {
            long rows = group.getRowCount();
            if (rows == 0 || next + rows <= limits.fromRow()) {
                file.skipNextRowGroup();
                started++;
                next += rows;
                continue;
            }
            PageReadStore pages = file.readNextRowGroup();
            started++;
            left = rows;
            open(pages);
            skip(Math.max(0, limits.fromRow() - next));
            return true;
        }
        return false;
    }

    private @Nullable BlockMetaData upcoming() {
        return started < file.getRowGroups().size() ? file.getRowGroups().get(started) : null;
    }

    private void open(PageReadStore pages) {
        if (leaves.isEmpty()) {
            groups = new ColumnIOFactory().getColumnIO(schema).getRecordReader(pages, new GroupRecordConverter(schema));
            return;
        }
        ColumnReadStoreImpl store = new ColumnReadStoreImpl(
                pages,
                new GroupRecordConverter(schema).getRootConverter(),
                schema,
                file.getFooter().getFileMetaData().getCreatedBy());
        readers = leaves.stream()
                .map(leaf -> store.getColumnReader(schema.getColumnDescription(new String[] {leaf.name()})))
                .toList();
    }

    private void skip(long rows) {
        readers.forEach(reader -> LeafColumn.skip(reader, rows));
        RecordReader<Group> assembling = groups;
        for (long i = 0; assembling != null && i < rows; i++) {
            assembling.read();
        }
        next += rows;
        left -= rows;
    }

    private SourceBatch columnar(int rows) {
        SortedMap<Integer, FloeException> bad = new TreeMap<>();
        List<ColumnData> columns = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            columns.add(leaves.get(i).read(readers.get(i), rows, bad));
        }
        RowNumbers numbers = RowNumbers.from(next, rows);
        if (!bad.isEmpty()) {
            bad.forEach((row, why) -> reports.refused(next + row, why));
            int[] kept = IntStream.range(0, rows)
                    .filter(row -> !bad.containsKey(row))
                    .toArray();
            GoodRows good = new GoodRows(kept);
            columns.replaceAll(good::of);
            numbers =
                    RowNumbers.of(IntStream.of(kept).mapToObj(row -> next + row).toList());
        }
        ColumnarRows.Builder batch = ColumnarRows.builder(numbers.count());
        columns.forEach(batch::column);
        return new SourceBatch(batch.build(), numbers);
    }

    private SourceBatch assembled(int rows, RecordReader<Group> reader) {
        List<@Nullable Object[]> values = new ArrayList<>(rows);
        List<Long> numbers = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            Group record = reader.read();
            @Nullable Object[] one = new Object[records.size()];
            int field = 0;
            try {
                for (; field < one.length; field++) {
                    one[field] = records.get(field).value(record, field);
                }
                values.add(one);
                numbers.add(next + row);
            } catch (FloeException e) {
                reports.refused(next + row, e.at(names.get(field)));
            }
        }
        return new SourceBatch(Batch.of(names, values), RowNumbers.of(numbers));
    }

    private static FloeException unreadable(Exception e) {
        return new FloeException(
                        ErrorCode.INVALID_ARGUMENT,
                        "the Parquet file can't be read: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
                        e)
                .advise("write it anew; encrypted files are not supported");
    }
}
