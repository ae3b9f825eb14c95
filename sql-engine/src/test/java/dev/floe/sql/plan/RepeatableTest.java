package dev.floe.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlOperator;
import org.junit.jupiter.api.Test;

/** Which operators keep a result from being given again. */
class RepeatableTest {
    private static final Pattern SUSPECT =
            Pattern.compile("RAND|UUID|NOW|CURRENT|LOCAL|SYS|USER|ROLE|SESSION|GETDATE|TODAY|NEXT|SEQUENCE|VERSION");

    private static Set<String> names(List<SqlOperator> operators) {
        return operators.stream().map(SqlOperator::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<SqlOperator> all() {
        return StatementPlanner.OPERATORS.getOperatorList();
    }

    @Test
    void operatorsThatAskForMoreThanTheirOperandsAreThese() {
        assertThat(names(all().stream()
                        .filter(operator -> !Repeatable.is(operator))
                        .toList()))
                .containsExactlyInAnyOrder(
                        "CURRENT_CATALOG",
                        "CURRENT_DATE",
                        "CURRENT_PATH",
                        "CURRENT_ROLE",
                        "CURRENT_SCHEMA",
                        "CURRENT_TIME",
                        "CURRENT_TIMESTAMP",
                        "CURRENT_USER",
                        "CURRENT_VALUE",
                        "LOCALTIME",
                        "LOCALTIMESTAMP",
                        "NEXT_VALUE",
                        "RAND",
                        "RANDOM",
                        "RAND_INTEGER",
                        "SESSION_USER",
                        "SYSTEM_USER",
                        "USER");
    }

    @Test
    void noOperatorAsksForMoreBehindItsName() {
        assertThat(names(all().stream()
                        .filter(Repeatable::is)
                        .filter(operator -> SUSPECT.matcher(operator.getName()).find())
                        .toList()))
                .containsExactlyInAnyOrder(
                        // windows over times of rows, a pattern's next row, and tests of a value
                        "$SESSION", "SESSION", "SESSION_END", "SESSION_START", "NEXT", "IS NOT UNKNOWN", "IS UNKNOWN");
    }
}
