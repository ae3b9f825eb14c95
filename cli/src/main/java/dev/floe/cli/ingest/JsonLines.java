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
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line; blank lines are no rows, but are counted so that numbers are those of an editor.
 *
 * <p>A field that is not there is NULL, or, of the columns that a row may lack, no value at all.
 */
final class JsonLines implements RowSource {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int NAMES_KEPT_MAX = 1024;
    private static final Pattern PLACE = Pattern.compile(" *\\(start marker at \\[[^\\]]*\\]\\)");

    private final InputStream in;
    private final List<Column> columns;
    private final Set<String> mayLack;
    private final Map<String, Integer> positions = new HashMap<>();
    private final Map<BitSet, List<String>> names = new HashMap<>();
    private final int lineBytesMax;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;

    JsonLines(InputStream in, List<Column> columns, Set<String> mayLack, int lineBytesMax) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
        this.columns = List.copyOf(columns);
        this.mayLack = Set.copyOf(mayLack);
        this.lineBytesMax = lineBytesMax;
        for (Column column : columns) {
            positions.put(column.name(), positions.size());
        }
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
            return row(Cells.JSON.readTree(bytes), bytes.length);
        } catch (JsonProcessingException e) {
            return new SourceRow.Bad(
                    number,
                    new FloeException(ErrorCode.INVALID_ARGUMENT, "the line is not JSON: " + reason(e), e)
                            .advise("write one JSON object a line"));
        } catch (IOException e) {
            return new SourceRow.Bad(
                    number, new FloeException(ErrorCode.INVALID_UTF8, "the line is not UTF-8: " + e.getMessage(), e));
        } catch (FloeException e) {
            return new SourceRow.Bad(number, e);
        }
    }

    private SourceRow.Good row(JsonNode node, int bytes) {
        if (!node.isObject()) {
            throw new FloeException(ErrorCode.WRONG_TYPE, "the line is not an object")
                    .advise("write one JSON object a line");
        }
        @Nullable Object[] values = new Object[columns.size()];
        BitSet present = new BitSet();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            Integer position = positions.get(field.getKey());
            if (position == null) {
                throw new FloeException(
                                ErrorCode.UNKNOWN_COLUMN, "the table has no column " + Cells.shown(field.getKey()))
                        .at(field.getKey());
            }
            Column column = columns.get(position);
            present.set(position);
            values[position] = JsonValues.value(column.name(), column.type(), field.getValue());
        }
        for (int i = 0; i < values.length; i++) {
            if (!mayLack.contains(columns.get(i).name())) {
                present.set(i);
            }
        }
        if (names.size() >= NAMES_KEPT_MAX) {
            names.clear();
        }
        List<String> of = names.computeIfAbsent(present, this::namesOf);
        return new SourceRow.Good(number, of, of.size() == values.length ? values : only(values, present), bytes);
    }

    private List<String> namesOf(BitSet present) {
        return present.stream().mapToObj(i -> columns.get(i).name()).toList();
    }

    private static @Nullable Object[] only(@Nullable Object[] values, BitSet present) {
        return present.stream().mapToObj(i -> values[i]).toArray();
    }

    /** What the parser says, without the place in a line that is its only one. */
    private static String reason(JsonProcessingException e) {
        return PLACE.matcher(e.getOriginalMessage()).replaceAll("");
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
