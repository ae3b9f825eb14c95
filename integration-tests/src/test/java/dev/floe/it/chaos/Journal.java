package dev.floe.it.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file of JSON lines, each with the time it was written at; safe for use by several threads. */
final class Journal implements AutoCloseable {
    static final String HISTORY = "history.jsonl";
    static final String NEMESIS = "nemesis.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Writer out;
    private final long began = System.nanoTime();

    Journal(Path file) throws IOException {
        out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Milliseconds since the journal was opened, as in its lines. */
    long now() {
        return (System.nanoTime() - began) / 1_000_000;
    }

    /** Writes a line of names and values in turn. */
    synchronized void write(String event, @Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("ms", now());
        line.put("event", event);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            line.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        try {
            out.write(JSON.writeValueAsString(line) + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            try {
                lines.add(JSON.readTree(line));
            } catch (JsonProcessingException e) {
                throw new IOException(file + " has a line that is no JSON: " + line, e);
            }
        }
        return lines;
    }
}
