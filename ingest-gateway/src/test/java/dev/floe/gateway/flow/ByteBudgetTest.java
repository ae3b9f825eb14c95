package dev.floe.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(100, Runnable::run);
    private final List<String> granted = new ArrayList<>();

    @Test
    void grantsInTheOrderOfTheLine() {
        ByteBudget.Lease first = acquire("first", 80);
        acquire("second", 50);
        acquire("small", 10);

        assertThat(granted).containsExactly("first");
        first.release();

        assertThat(granted).containsExactly("first", "second", "small");
        assertThat(budget.usedBytes()).isEqualTo(60);
    }

    @Test
    void refusesWhenTheLineIsFull() {
        acquire("held", 100);
        acquire("waiting", 60);

        FloeException refusal = catchThrowableOfType(FloeException.class, () -> acquire("late", 60));

        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.retryAfterMillis()).isPositive();
        assertThat(budget.waitingBytes()).isEqualTo(60);
    }

    @Test
    void letsOneRequestTakeAllOfIt() {
        ByteBudget.Lease huge = acquire("huge", 1_000);
        acquire("next", 1);

        assertThat(granted).containsExactly("huge");
        huge.release();
        assertThat(granted).containsExactly("huge", "next");
    }

    @Test
    void countsOnlyTheFirstRelease() {
        ByteBudget.Lease lease = acquire("one", 40);
        lease.release();
        lease.release();

        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void givesUpAPlaceInTheLineButNoShare() {
        ByteBudget.Lease held = acquire("held", 100);
        ByteBudget.Lease waiting = acquire("waiting", 10);

        assertThat(waiting.abandon()).isTrue();
        assertThat(held.abandon()).isFalse();
        assertThat(budget.waitingBytes()).isZero();
        held.release();
        assertThat(granted).containsExactly("held");
    }

    static Stream<Long> seeds() {
        return LongStream.range(0, Long.getLong("seeds", 100)).boxed();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void neverHoldsOrQueuesMoreThanItsLimit(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ByteBudget.Lease> leases = new ArrayList<>();
        for (int step = 0; step < 500; step++) {
            if (random.nextBoolean()) {
                try {
                    leases.add(budget.acquire(random.nextInt(1, 120), lease -> granted.add("")));
                } catch (FloeException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
                }
            } else if (!leases.isEmpty()) {
                ByteBudget.Lease lease = leases.remove(random.nextInt(leases.size()));
                if (!random.nextBoolean() || !lease.abandon()) {
                    lease.release();
                }
            }
            assertThat(budget.usedBytes()).isBetween(0L, 100L);
            assertThat(budget.waitingBytes()).isBetween(0L, 100L);
        }
        leases.forEach(ByteBudget.Lease::release);
        assertThat(budget.usedBytes()).isZero();
        assertThat(budget.waitingBytes()).isZero();
    }

    private ByteBudget.Lease acquire(String name, long bytes) {
        return budget.acquire(bytes, lease -> granted.add(name));
    }
}
