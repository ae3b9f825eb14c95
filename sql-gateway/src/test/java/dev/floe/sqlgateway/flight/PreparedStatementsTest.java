package dev.floe.sqlgateway.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sqlgateway.MemoryEngine;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreparedStatementsTest {
    private static final Principal ONE = new Principal(TenantName.DEFAULT, "one", Set.of(Role.READER));
    private static final Principal TWO = new Principal(TenantName.DEFAULT, "two", Set.of(Role.READER));
    private static final Principal ELSEWHERE = new Principal(new TenantName("other"), "one", Set.of(Role.READER));

    private final PreparedQuery query = new MemoryEngine().prepare(ONE, "numbers 1");
    private final ParameterMemory memory = new ParameterMemory(100, 60);
    private long now;
    private final PreparedStatements statements =
            new PreparedStatements(new FlightLimits(2, 3, Duration.ofNanos(10), 100, 60), () -> now);

    @Test
    void aKeyAndATenantHaveNoMoreThanTheirLimit() {
        ByteString first = statements.add(ONE, query);
        statements.add(ONE, query);
        assertThat(refusal(() -> statements.add(ONE, query))).isEqualTo(ErrorCode.OVERLOADED);
        statements.add(TWO, query);
        assertThat(refusal(() -> statements.add(TWO, query))).isEqualTo(ErrorCode.OVERLOADED);
        statements.add(ELSEWHERE, query);
        statements.close(ONE, first);
        statements.add(TWO, query);
        assertThat(statements.count()).isEqualTo(4);
    }

    @Test
    void oneThatIsNotUsedGoesWithItsParameters() {
        ByteString idle = statements.add(ONE, query);
        ByteString used = statements.add(TWO, query);
        statements.bind(ONE, idle, parameters(50));
        now = 9;
        assertThat(statements.find(TWO, used).query()).isSameAs(query);
        now = 10;
        assertThat(statements.find(TWO, used).query()).isSameAs(query);
        assertThat(refusal(() -> statements.find(ONE, idle))).isEqualTo(ErrorCode.STATEMENT_NOT_FOUND);
        assertThat(statements.count()).isEqualTo(1);
        assertThat(memory.taken()).isZero();
    }

    @Test
    void anotherPrincipalNeitherFindsNorBindsNorClosesNorKeepsIt() {
        ByteString mine = statements.add(ONE, query);
        for (Principal thief : List.of(TWO, ELSEWHERE, new Principal(TenantName.DEFAULT, "one", Set.of(Role.ADMIN)))) {
            assertThat(refusal(() -> statements.find(thief, mine))).isEqualTo(ErrorCode.STATEMENT_NOT_FOUND);
            assertThat(refusal(() -> statements.bind(thief, mine, parameters(1))))
                    .isEqualTo(ErrorCode.STATEMENT_NOT_FOUND);
            statements.close(thief, mine);
        }
        assertThat(statements.find(ONE, mine).query()).isSameAs(query);
    }

    @Test
    void parametersGiveTheirMemoryBackWhenOthersReplaceThem() {
        ByteString handle = statements.add(ONE, query);
        statements.bind(ONE, handle, parameters(50));
        assertThat(refusal(() -> parameters(20))).isEqualTo(ErrorCode.OVERLOADED);
        statements.bind(ONE, handle, parameters(10));
        assertThat(memory.taken()).isEqualTo(10);
        statements.close(ONE, handle);
        assertThat(memory.taken()).isZero();
        ParameterMemory.Share elsewhere = memory.share(ELSEWHERE.tenant());
        elsewhere.add(60);
        parameters(40);
        assertThat(refusal(() -> parameters(1))).isEqualTo(ErrorCode.OVERLOADED);
    }

    private ParameterRows parameters(long bytes) {
        ParameterMemory.Share share = memory.share(TenantName.DEFAULT);
        share.add(bytes);
        return new ParameterRows(List.of(), share);
    }

    private static ErrorCode refusal(Runnable call) {
        return catchThrowableOfType(FloeException.class, call::run).code();
    }
}
