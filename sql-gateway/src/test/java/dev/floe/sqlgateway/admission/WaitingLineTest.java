package dev.floe.sqlgateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.name.TenantName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WaitingLineTest {
    private static final TenantName ONE = new TenantName("one");
    private static final TenantName TWO = new TenantName("two");

    private final WaitingLine<String> line = new WaitingLine<>();

    @Test
    void tenantsTakeTurnsEachInItsOwnOrder() {
        List.of("a1", "a2", "a3", "a4").forEach(waiter -> line.add(ONE, waiter));
        List.of("b1", "b2").forEach(waiter -> line.add(TWO, waiter));
        assertThat(drained()).containsExactly("a1", "b1", "a2", "b2", "a3", "a4");
    }

    @Test
    void aTenantThatMayHaveNoneKeepsItsTurn() {
        line.add(ONE, "a1");
        line.add(TWO, "b1");
        line.add(TWO, "b2");
        assertThat(line.next(TWO::equals)).isEqualTo("b1");
        assertThat(line.next(tenant -> true)).isEqualTo("a1");
    }

    @Test
    void theTenantThatHasMostMakesRoom() {
        List.of("a1", "a2", "a3").forEach(waiter -> line.add(ONE, waiter));
        assertThat(line.makeRoom(ONE)).isNull();
        assertThat(line.makeRoom(TWO)).isEqualTo("a3");
        line.add(TWO, "b1");
        assertThat(line.makeRoom(TWO)).isNull();
        assertThat(drained()).containsExactly("a1", "b1", "a2");
    }

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 20));
    }

    /** While a tenant waits, each other one has at most one turn. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noTenantStarvesAnother(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        WaitingLine<TenantName> turns = new WaitingLine<>();
        Map<TenantName, List<TenantName>> servedSince = new HashMap<>();
        for (int step = 0; step < 1_000; step++) {
            if (random.nextInt(10) < 6) {
                // the first tenant sends most
                TenantName tenant = new TenantName("t" + Math.max(0, random.nextInt(12) - 7));
                turns.add(tenant, tenant);
                servedSince.computeIfAbsent(tenant, name -> new ArrayList<>());
                continue;
            }
            TenantName served = turns.next(tenant -> true);
            if (served == null) {
                continue;
            }
            servedSince.remove(served);
            servedSince.values().forEach(others -> others.add(served));
            if (turns.size(served) > 0) {
                servedSince.put(served, new ArrayList<>());
            }
            assertThat(servedSince.values())
                    .allSatisfy(others -> assertThat(others).doesNotHaveDuplicates());
        }
    }

    private List<String> drained() {
        List<String> all = new ArrayList<>();
        for (String next = line.next(tenant -> true); next != null; next = line.next(tenant -> true)) {
            all.add(next);
        }
        assertThat(line.size()).isZero();
        return all;
    }
}
