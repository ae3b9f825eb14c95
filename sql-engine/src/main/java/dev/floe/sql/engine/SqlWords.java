package dev.floe.sql.engine;

import java.util.List;

/**
 * Words of statements, in capitals and in order.
 *
 * @param keywords those that SQL:92 does not have
 * @param numeric functions of numbers, aggregates with them
 * @param text functions of text
 * @param time functions of dates and times
 * @param other functions of other things
 */
public record SqlWords(
        List<String> keywords, List<String> numeric, List<String> text, List<String> time, List<String> other) {
    public SqlWords {
        keywords = List.copyOf(keywords);
        numeric = List.copyOf(numeric);
        text = List.copyOf(text);
        time = List.copyOf(time);
        other = List.copyOf(other);
    }
}
