package dev.floe.sql.duckdb;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.Arrays;

/** What failures of DuckDB mean. */
final class DuckErrors {
    private DuckErrors() {}

    /** {@code failure} is an SQLException, or what Arrow made of one: then it has DuckDB's words in other dress. */
    static FloeException translate(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        if (has(message, "Out of Memory", "max_temp_directory_size")) {
            return new FloeException(
                            ErrorCode.QUERY_MEMORY_EXCEEDED,
                            "the query needs more memory than the server has for scans",
                            failure)
                    .advise("narrow it down, try again when fewer queries run, or raise sql.scan-memory-max");
        }
        if (has(message, "Out of Range", "Conversion Error", "\"Conversion\"", "Division by zero", "Overflow in")) {
            return new FloeException(
                            ErrorCode.VALUE_OUT_OF_RANGE, "a value can't be computed: " + reason(message), failure)
                    .advise("cast to a wider type, or leave such rows out by a condition");
        }
        if (has(message, "IO Error", "\"IO\"", "Corrupt", "parquet", "Parquet")) {
            return new FloeException(ErrorCode.DATA_UNREADABLE, "can't read a data file", failure);
        }
        return new FloeException(ErrorCode.DEFECT, "a query failed in DuckDB", failure);
    }

    private static boolean has(String message, String... words) {
        return Arrays.stream(words).anyMatch(message::contains);
    }

    /** What DuckDB says, without its own words around it. */
    private static String reason(String message) {
        if (has(message, "Division by zero")) {
            return "division by zero";
        }
        return has(message, "verflow") ? "overflow" : "it is beyond its type";
    }
}
