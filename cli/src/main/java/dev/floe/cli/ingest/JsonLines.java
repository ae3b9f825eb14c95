package dev.floe.cli.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.floe.client.Column;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON object a line; blank lines are no rows, but are counted so that numbers are those of an editor. */
final class JsonLines implements RowSource {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final List<Column> columns;
    private final Map<String, Integer> positions = new HashMap<>();
    private final int lineBytesMax;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;

    JsonLines(InputStream in, List<Column> columns, int lineBytesMax) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
        this.columns = List.copyOf(columns);
        this.lineBytesMax = lineBytesMax;
        for (Column column : columns) {
            positions.put(column.name(), positions.size());
        }
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public @Nullable SourceRow next() throws IOException {
        while (true) {
            line.reset();
            long length = readLine();
            if (length < 0) {
                return null;
            }
            number++;
            if (length > lineBytesMax) {
                return new SourceRow.Bad(
                        number,
                        new FloeException(
                                ErrorCode.MESSAGE_TOO_LARGE,
                                "the line has " + length + " bytes, more than the " + lineBytesMax + " allowed"));
            }
            byte[] bytes = line.toByteArray();
            if (!blank(bytes)) {
                return row(bytes);
            }
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private SourceRow row(byte[] bytes) {
        try {
            return new SourceRow.Good(number, values(Cells.JSON.readTree(bytes)), bytes.length);
        } catch (JsonProcessingException e) {
            return new SourceRow.Bad(
                    number,
                    new FloeException(ErrorCode.INVALID_ARGUMENT, "the line is not JSON: " + e.getOriginalMessage(), e)
                            .advise("write one JSON object a line"));
        } catch (IOException e) {
            return new SourceRow.Bad(
                    number, new FloeException(ErrorCode.INVALID_UTF8, "the line is not UTF-8: " + e.getMessage(), e));
        } catch (FloeException e) {
            return new SourceRow.Bad(number, e);
        }
    }

    private @Nullable Object[] values(JsonNode node) {
        if (!node.isObject()) {
            throw new FloeException(ErrorCode.WRONG_TYPE, "the line is not an object")
                    .advise("write one JSON object a line");
        }
        @Nullable Object[] values = new Object[columns.size()];
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            Integer position = positions.get(field.getKey());
            if (position == null) {
                throw new FloeException(
                                ErrorCode.UNKNOWN_COLUMN, "the table has no column " + Cells.shown(field.getKey()))
                        .at(field.getKey());
            }
            Column column = columns.get(position);
            values[position] = JsonValues.value(column.name(), column.type(), field.getValue());
        }
        return values;
    }

    /** Reads a line into the buffer, as far as it is allowed; its whole length, or -1 at the end. */
    private long readLine() throws IOException {
        long length = 0;
        int next = in.read();
        if (next < 0) {
            return -1;
        }
        while (next >= 0 && next != '\n') {
            if (length++ < lineBytesMax) {
                line.write(next);
            }
            next = in.read();
        }
        return length;
    }

    private static boolean blank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
