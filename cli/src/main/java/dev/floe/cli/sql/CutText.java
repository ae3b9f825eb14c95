package dev.floe.cli.sql;

import dev.floe.client.ReadAt;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The cut of a read as it is written on the command line. */
final class CutText implements ITypeConverter<ReadAt> {
    @Override
    public ReadAt convert(String text) {
        return switch (text) {
            case "latest" -> new ReadAt.Latest();
            case "committed" -> new ReadAt.Committed();
            default -> snapshotOrTime(text);
        };
    }

    private static ReadAt snapshotOrTime(String text) {
        try {
            return text.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? new ReadAt.AtSnapshot(Long.parseLong(text))
                    : new ReadAt.AtTime(Instant.parse(text));
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new TypeConversionException("'" + text
                    + "' is none of latest, committed, a snapshot's id, a time such as 2026-01-31T12:00:00Z");
        }
    }
}
