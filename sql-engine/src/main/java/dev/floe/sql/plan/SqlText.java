package dev.floe.sql.plan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.jspecify.annotations.Nullable;

/** A statement as text: its syntax, and errors that name line and column. */
final class SqlText {
    /** Babel, since columns are called date and value; identifiers keep their case and match any. */
    private static final SqlParser.Config PARSER = SqlParser.config()
            .withParserFactory(SqlBabelParserImpl.FACTORY)
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withUnquotedCasing(Casing.UNCHANGED)
            .withQuotedCasing(Casing.UNCHANGED)
            .withCaseSensitive(false)
            .withConformance(SqlConformanceEnum.LENIENT);

    /** To the parser UPSERT is a name like others. INSERT is as long, so that positions in errors stay right. */
    private static final Pattern UPSERT =
            Pattern.compile("^(\\s*(?:EXPLAIN\\s+PLAN\\s+FOR\\s+)?)UPSERT\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern COMMENT = Pattern.compile("--[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private static final Pattern ANALYZE = Pattern.compile("(?i)^\\s*EXPLAIN\\s+ANALYZE\\s");

    private final boolean upsert;
    private final boolean empty;
    private final TimeWords words;
    private final boolean analyze;

    SqlText(String sql) {
        String statement = sql.stripTrailing().replaceFirst(";$", "");
        this.empty = COMMENT.matcher(statement).replaceAll("").isBlank();
        Matcher prefix = ANALYZE.matcher(statement);
        this.analyze = prefix.find();
        if (analyze) {
            // Calcite's grammar has no such word; blanks keep the positions in errors
            statement = prefix.group().replaceAll("\\S", " ") + statement.substring(prefix.end());
        }
        Matcher matcher = UPSERT.matcher(statement);
        this.upsert = matcher.find();
        this.words = new TimeWords(upsert ? matcher.replaceFirst("$1INSERT") : statement);
    }

    /** Keywords that SQL:92 does not have, in order. */
    static List<String> keywords() {
        TreeSet<String> words = new TreeSet<>(List.of(
                SqlParser.create("", PARSER).getMetadata().getJdbcKeywords().split(",", -1)));
        words.add("UPSERT");
        return List.copyOf(words);
    }

    /** True where the statement began with EXPLAIN ANALYZE, which {@link #parse} leaves out. */
    boolean isAnalyze() {
        return analyze;
    }

    /** True where the statement parsed as INSERT was written as UPSERT. */
    boolean isUpsert() {
        return upsert;
    }

    /** A query, a change of rows, or EXPLAIN of one. Throws INVALID_SQL, UNSUPPORTED. */
    SqlNode parse() {
        if (empty) {
            throw new FloeException(ErrorCode.INVALID_SQL, "the statement is empty").advise("send a statement");
        }
        SqlNode statement;
        try {
            statement = SqlParser.create(words.text(), PARSER).parseStmt();
        } catch (SqlParseException e) {
            throw invalid(firstLine(e), e.getPos(), e);
        }
        boolean runs = statement.isA(SqlKind.QUERY) || statement.isA(SqlKind.DML);
        if (!runs && statement.getKind() != SqlKind.EXPLAIN) {
            throw notHere(words.text().strip().split("[^\\p{Alpha}]", 2)[0].toUpperCase(Locale.ROOT));
        }
        return statement;
    }

    private static FloeException notHere(String verb) {
        FloeException refusal = new FloeException(
                ErrorCode.UNSUPPORTED,
                "queries, INSERT, UPSERT, UPDATE, DELETE, CREATE, ALTER and DROP run here, not " + verb);
        return switch (verb) {
            case "SHOW" -> refusal.advise("list tables with floe table list, or by the driver's metadata");
            case "DESCRIBE", "DESC" -> refusal.advise("floe table describe and the driver's metadata tell of a table");
            case "BEGIN", "START", "COMMIT", "ROLLBACK" ->
                refusal.advise("there are no transactions: what a statement changes is stored as it runs");
            default -> refusal;
        };
    }

    /** Runs a step of validation, whose complaints become INVALID_SQL or UNSUPPORTED. */
    <T> T located(Supplier<T> step) {
        try {
            return step.get();
        } catch (CalciteContextException e) {
            SqlParserPos position =
                    new SqlParserPos(e.getPosLine(), e.getPosColumn(), e.getEndPosLine(), e.getEndPosColumn());
            throw invalid(e.getCause() == null ? firstLine(e) : firstLine(e.getCause()), position, e);
        } catch (CalciteException e) {
            throw invalid(firstLine(e), SqlParserPos.ZERO, e);
        } catch (UnsupportedOperationException e) {
            // such as the type of a parameter in a list of rows
            throw new FloeException(ErrorCode.UNSUPPORTED, "the types of the statement can't be worked out", e)
                    .advise("cast parameters to the type that they have");
        }
    }

    /** INVALID_SQL at a place of the parsed statement, said as one of the user's. */
    FloeException invalid(String what, @Nullable SqlParserPos parsed, @Nullable Exception cause) {
        SqlParserPos at = parsed == null ? SqlParserPos.ZERO : words.original(parsed);
        String where = at.getLineNum() > 0 ? "line " + at.getLineNum() + ", column " + at.getColumnNum() + ": " : "";
        return new FloeException(ErrorCode.INVALID_SQL, where + what, cause)
                .advise("correct the statement; names with capitals or signs go in double quotes");
    }

    private static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end).strip();
    }
}
