package dev.floe.it.slt;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs files of the suite, with all of their statements and some of their queries. */
final class LogicRun {
    private static final Pattern WRITTEN =
            Pattern.compile("(?i)\\b(?:INTO|UPDATE|FROM|TABLE|VIEW)\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(\\w+)");

    private final Connection connection;
    private final int queriesMax;
    private final List<Failure> failures = new ArrayList<>();
    /** What is not as the suite has it, after a statement that failed. */
    private final Set<String> spoilt = new HashSet<>();

    private int passed;

    /** {@code why} begins with what was found wrong: the error, or that rows differ. */
    record Failure(String file, String sql, String why, Optional<LogicReason> reason) {}

    /** {@code queriesMax} queries are run of a file, from all of its parts; 0 for all. */
    LogicRun(Connection connection, int queriesMax) {
        this.connection = connection;
        this.queriesMax = queriesMax;
    }

    int passed() {
        return passed;
    }

    List<Failure> failures() {
        return failures;
    }

    /** Leaves no table behind. */
    void run(LogicFile file) throws SQLException {
        long queries = file.entries().stream()
                .filter(LogicFile.Query.class::isInstance)
                .count();
        long step = queriesMax == 0 ? 1 : Math.max(1, queries / queriesMax);
        spoilt.clear();
        try (Statement statement = connection.createStatement()) {
            long number = 0;
            for (LogicFile.Entry entry : file.entries()) {
                if (entry instanceof LogicFile.Statement change) {
                    run(file.name(), change, statement);
                } else if (entry instanceof LogicFile.Query query && number++ % step == 0) {
                    run(file.name(), query, statement);
                }
            }
            dropAll(statement);
        }
    }

    private void run(String file, LogicFile.Statement change, Statement statement) {
        boolean reads = isSpoilt(change.sql());
        String error = "";
        try {
            statement.execute(change.sql());
        } catch (SQLException e) {
            error = "error: " + e.getMessage();
        }
        boolean right = error.isEmpty() != change.fails();
        count(file, change.sql(), right ? "" : change.fails() ? "is to be refused" : error);
        Matcher written = WRITTEN.matcher(change.sql());
        if ((!right || reads) && written.find()) {
            spoilt.add(written.group(1).toLowerCase(Locale.ROOT));
        }
    }

    private void run(String file, LogicFile.Query query, Statement statement) {
        try (ResultSet rows = statement.executeQuery(query.sql())) {
            List<String> found = LogicAnswer.of(rows, query);
            count(
                    file,
                    query.sql(),
                    found.equals(query.answer()) ? "" : "rows differ: " + query.answer() + " but " + found);
        } catch (SQLException e) {
            count(file, query.sql(), "error: " + e.getMessage());
        }
    }

    private void count(String file, String sql, String why) {
        if (why.isEmpty()) {
            passed++;
            return;
        }
        Optional<LogicReason> reason = LogicReason.of(sql, why);
        failures.add(new Failure(
                file, sql, why, reason.isEmpty() && isSpoilt(sql) ? Optional.of(LogicReason.FOLLOWS) : reason));
    }

    private boolean isSpoilt(String sql) {
        return Arrays.stream(sql.toLowerCase(Locale.ROOT).split("\\W+", -1)).anyMatch(spoilt::contains);
    }

    private void dropAll(Statement statement) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getTables(null, null, null, null)) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME"));
            }
        }
        for (String table : tables) {
            statement.execute("DROP TABLE " + table);
        }
    }
}
