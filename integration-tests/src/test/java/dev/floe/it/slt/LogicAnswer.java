package dev.floe.it.slt;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rows of a result, written as sqllogictest writes them. */
final class LogicAnswer {
    private LogicAnswer() {}

    /** What the suite has in the place of this answer: values, or their count and hash where it has that. */
    static List<String> of(ResultSet rows, LogicFile.Query query) throws SQLException {
        List<List<String>> found = new ArrayList<>();
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                row.add(text(
                        rows.getObject(i + 1),
                        i < query.types().length() ? query.types().charAt(i) : 'T'));
            }
            found.add(row);
        }
        if (query.sort().equals("rowsort")) {
            found.sort(Comparator.comparing(row -> String.join("\n", row)));
        }
        List<String> values = new ArrayList<>();
        found.forEach(values::addAll);
        if (query.sort().equals("valuesort")) {
            values.sort(Comparator.naturalOrder());
        }
        boolean hashed = query.answer().size() == 1 && query.answer().get(0).contains(" values hashing to ");
        return hashed ? List.of(values.size() + " values hashing to " + hash(values)) : values;
    }

    private static String text(@Nullable Object value, char type) {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof Boolean truth) {
            return truth ? "1" : "0";
        }
        return switch (type) {
            case 'I' ->
                number(value).setScale(0, RoundingMode.DOWN).toBigInteger().toString();
            case 'R' -> String.format(Locale.ROOT, "%.3f", number(value));
            default -> {
                String text = value.toString();
                yield text.isEmpty() ? "(empty)" : text.replaceAll("[^ -~]", "@");
            }
        };
    }

    /** Text that is no number counts as 0, as in SQLite. */
    private static BigDecimal number(Object value) {
        try {
            return new BigDecimal(value.toString());
        } catch (NumberFormatException e) {
            return BigDecimal.ZERO;
        }
    }

    private static String hash(List<String> values) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            values.forEach(value -> md5.update((value + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(md5.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
