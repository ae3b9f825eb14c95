package dev.floe.cli.format;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.floe.client.Column;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An object a row; columns of one name are told apart by a number, as JSON readers keep only one of a name. */
final class JsonPrinter implements RowPrinter {
    private final List<String> names;
    private final PrintWriter out;
    private final boolean array;
    private boolean empty = true;

    JsonPrinter(List<Column> columns, PrintWriter out, boolean array) {
        this.names = distinct(columns);
        this.out = out;
        this.array = array;
        if (array) {
            out.print('[');
        }
    }

    @Override
    public void row(@Nullable Object[] values) {
        if (array) {
            out.print(empty ? "\n" : ",\n");
        }
        empty = false;
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < values.length; i++) {
            object.set(names.get(i), CellText.json(values[i]));
        }
        out.print(object);
        if (!array) {
            out.print('\n');
        }
    }

    @Override
    public void end() {
        if (array) {
            out.print(empty ? "]\n" : "\n]\n");
        }
    }

    private static List<String> distinct(List<Column> columns) {
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (Column column : columns) {
            String name = column.name();
            for (int number = 2; !taken.add(name); number++) {
                name = column.name() + "_" + number;
            }
            names.add(name);
        }
        return names;
    }
}
