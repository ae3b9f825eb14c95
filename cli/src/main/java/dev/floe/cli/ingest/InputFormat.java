package dev.floe.cli.ingest;

import java.util.Locale;

/** Forms of input. */
enum InputFormat {
    /** By the file's name; standard input and unknown names are JSON lines. */
    AUTO,
    JSONL,
    CSV;

    InputFormat of(String file) {
        if (this != AUTO) {
            return this;
        }
        String name = file.toLowerCase(Locale.ROOT);
        return name.endsWith(".csv") ? CSV : JSONL;
    }
}
