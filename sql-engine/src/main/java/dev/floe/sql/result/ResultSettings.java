package dev.floe.sql.result;

import dev.floe.core.settings.SettingsReader;

/** How much heap results may take that are kept to be given again; 0 where none are. */
public record ResultSettings(long bytesMax) {
    /** Every query runs. */
    public static final ResultSettings NONE = new ResultSettings(0);

    public ResultSettings {
        if (bytesMax < 0) {
            throw new IllegalArgumentException("results can't take less than nothing");
        }
    }

    public static ResultSettings read(SettingsReader settings) {
        return new ResultSettings(settings.bytes(
                "sql.result-cache-bytes-max",
                "64MB",
                "Memory for results that are given again while the query would find the same; 0B keeps none"));
    }
}
