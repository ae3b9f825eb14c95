package dev.floe.it.slt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.it.StandaloneProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SQLite's sqllogictest through JDBC: its tables, its rows, its queries, and its answers.
 *
 * <p>What does not pass has a {@link LogicReason}. The short form runs a few queries of one file of some categories,
 * and as many records pass as are written here. Profile {@code sqllogictest} runs more and prints how many pass.
 */
class LogicIT {
    private static final int FILES = Integer.getInteger("slt.files", 1);
    private static final int QUERIES = Integer.getInteger("slt.queries", 10);
    private static final boolean SHORT = System.getProperty("slt.queries") == null;
    private static final int SHOWN = 5;
    private static final double NANOS_A_SECOND = 1e9;

    @TempDir
    static Path temp = Path.of("");

    private static @Nullable StandaloneProcess started;
    private static @Nullable Connection opened;

    /** Parts of the suite, and how many records of each pass in the short form; 0 for none, as it leaves them out. */
    private enum Category {
        SELECT("select%d.test", 1, 3, 123),
        SELECT_MANY_ROWS("select%d.test", 4, 1, 0),
        SELECT_MANY_JOINS("select%d.test", 5, 1, 0),
        EVIDENCE("evidence/%s.test", 0, 12, 112),
        RANDOM_SELECT("random/select/slt_good_%d.test", 0, 127, 23),
        RANDOM_EXPRESSIONS("random/expr/slt_good_%d.test", 0, 120, 0),
        RANDOM_AGGREGATES("random/aggregates/slt_good_%d.test", 0, 130, 23),
        RANDOM_GROUPS("random/groupby/slt_good_%d.test", 0, 14, 0),
        INDEX_BETWEEN("index/between/10/slt_good_%d.test", 0, 6, 0),
        INDEX_IN("index/in/10/slt_good_%d.test", 0, 6, 0),
        INDEX_COMMUTE("index/commute/10/slt_good_%d.test", 0, 35, 0),
        INDEX_ORDER("index/orderby/10/slt_good_%d.test", 0, 26, 0),
        INDEX_ORDER_UNSORTED("index/orderby_nosort/10/slt_good_%d.test", 0, 40, 0),
        INDEX_RANDOM("index/random/10/slt_good_%d.test", 0, 15, 34),
        INDEX_DELETE("index/delete/10/slt_good_%d.test", 0, 6, 0),
        INDEX_VIEW("index/view/10/slt_good_%d.test", 1, 7, 0);

        private static final List<String> EVIDENCES = List.of(
                "in1",
                "in2",
                "slt_lang_aggfunc",
                "slt_lang_createtrigger",
                "slt_lang_createview",
                "slt_lang_dropindex",
                "slt_lang_droptable",
                "slt_lang_droptrigger",
                "slt_lang_dropview",
                "slt_lang_reindex",
                "slt_lang_replace",
                "slt_lang_update");

        private final String name;
        private final int first;
        private final int count;
        private final int passedShort;

        Category(String name, int first, int count, int passedShort) {
            this.name = name;
            this.first = first;
            this.count = count;
            this.passedShort = passedShort;
        }

        /** So many files, from all that the category has. */
        List<String> files(int max) {
            if (this == EVIDENCE) {
                return EVIDENCES.stream().map(name::formatted).toList();
            }
            int taken = this == SELECT ? count : Math.min(max, count);
            return IntStream.range(0, taken)
                    .mapToObj(i -> name.formatted(first + i * count / taken))
                    .toList();
        }
    }

    @BeforeAll
    static void start() throws SQLException {
        StandaloneProcess floe = StandaloneProcess.start(temp.resolve("data"));
        started = floe;
        opened = DriverManager.getConnection("jdbc:floe://" + floe.endpoint("jdbc"), "any", floe.adminKey());
    }

    @AfterAll
    static void stop() throws SQLException {
        if (opened != null) {
            opened.close();
        }
        if (started != null) {
            started.close();
        }
    }

    static Stream<Category> categories() {
        return Stream.of(Category.values()).filter(category -> !SHORT || category.passedShort > 0);
    }

    @ParameterizedTest
    @MethodSource("categories")
    void whatDoesNotPassHasAReason(Category category) throws SQLException {
        LogicRun run = new LogicRun(Objects.requireNonNull(opened), QUERIES);
        long began = System.nanoTime();
        for (String file : category.files(FILES)) {
            run.run(LogicFile.read(file));
        }
        Map<LogicReason, Integer> reasons = new EnumMap<>(LogicReason.class);
        List<LogicRun.Failure> unexplained = new ArrayList<>();
        for (LogicRun.Failure failure : run.failures()) {
            failure.reason()
                    .ifPresentOrElse(why -> reasons.merge(why, 1, Integer::sum), () -> unexplained.add(failure));
        }
        System.out.printf(
                Locale.ROOT,
                "%s: %d of %d passed in %.1f s; not %s%n",
                category,
                run.passed(),
                run.passed() + run.failures().size(),
                (System.nanoTime() - began) / NANOS_A_SECOND,
                reasons);
        assertThat(unexplained.stream().limit(SHOWN))
                .as("%d unexplained", unexplained.size())
                .isEmpty();
        if (SHORT) {
            assertThat(run.passed()).isGreaterThanOrEqualTo(category.passedShort);
        }
    }
}
