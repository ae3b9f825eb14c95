package dev.floe.cli.ingest;

import java.util.Locale;

/** Forms of input. */
enum InputFormat {
    /** By the file's name; standard input and unknown names are JSON lines. */
    AUTO,
    JSONL,
    CSV,
    PARQUET,
    /** Arrow's IPC file or stream. */
    ARROW;

    InputFormat of(String file) {
        if (this != AUTO) {
            return this;
        }
        String name = file.toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "csv" -> CSV;
            case "parquet", "pq" -> PARQUET;
            case "arrow", "arrows", "feather", "ipc" -> ARROW;
            default -> JSONL;
        };
    }

    /** Whether its columns have types of their own, and some may be left out. */
    boolean isColumnar() {
        return this == PARQUET || this == ARROW;
    }
}
