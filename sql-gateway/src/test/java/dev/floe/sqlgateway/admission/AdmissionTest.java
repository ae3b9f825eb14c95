package dev.floe.sqlgateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdmissionTest {
    private static final TenantName ONE = new TenantName("one");
    private static final TenantName TWO = new TenantName("two");
    private static final TenantName THREE = new TenantName("three");

    private static final List<TenantName> TENANTS = List.of(ONE, TWO, THREE);
    private static final Duration LONG = Duration.ofHours(1);

    private final Admission admission = new Admission("queries", "wait", 3, 2);
    private final ManualClock clock = new ManualClock();
    private final Admission waiting = new Admission(
            "queries", "wait", 3, 2, new Admission.Queue(new QueueSettings(4, Duration.ofSeconds(5)), clock));

    @Test
    void aTenantCannotTakeMoreThanItsOwn() {
        admission.admit(ONE);
        admission.admit(ONE);
        FloeException refused = catchThrowableOfType(FloeException.class, () -> admission.admit(ONE));
        assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused.message()).contains("2 queries");
        assertThat(refused.retryAfterMillis()).isPositive();
        assertThat(admission.admit(TWO)).isNotNull();
    }

    @Test
    void allTenantsTogetherCannotTakeMoreThanThereIs() {
        admission.admit(ONE);
        admission.admit(TWO);
        admission.admit(TWO);
        assertThat(catchThrowableOfType(FloeException.class, () -> admission.admit(THREE))
                        .message())
                .doesNotContain("two");
    }

    @Test
    void aPlaceIsGivenBackOnce() {
        Admission.Place place = admission.admit(ONE);
        admission.admit(ONE);
        place.close();
        place.close();
        assertThat(admission.taken()).isEqualTo(1);
        admission.admit(ONE);
        assertThat(catchThrowableOfType(FloeException.class, () -> admission.admit(ONE)))
                .isNotNull();
    }

    @Test
    void aWaiterGetsThePlaceThatIsGivenBack() {
        Admission.Place first = waiting.admit(ONE);
        waiting.admit(ONE);
        CompletableFuture<Admission.Place> third = waiting.request(ONE, LONG);
        assertThat(third).isNotDone();
        clock.advance(Duration.ofMillis(30));
        first.close();
        assertThat(third).isCompleted();
        assertThat(waiting.counts()).isEqualTo(new AdmissionCounts(2, 0, 1, 30, 0, 0));
        third.join().close();
        assertThat(waiting.taken()).isEqualTo(1);
    }

    @Test
    void eachTenantIsCountedByItself() {
        Admission.Place first = waiting.admit(ONE);
        waiting.admit(ONE);
        CompletableFuture<Admission.Place> third = waiting.request(ONE, LONG);
        assertThat(waiting.request(TWO, LONG)).isCompleted();
        clock.advance(Duration.ofMillis(30));
        TenantAdmissions now = waiting.tenants();
        assertThat(now.taken()).isEqualTo(Map.of(ONE, 2, TWO, 1));
        assertThat(now.waiting()).isEqualTo(Map.of(ONE, 1));
        first.close();
        assertThat(third).isCompleted();
        assertThat(refusal(waiting.request(THREE, Duration.ZERO)).code()).isEqualTo(ErrorCode.OVERLOADED);
        Map<TenantName, Map<AdmissionCount, Long>> sums =
                waiting.tenants().sums().named();
        assertThat(sums.get(ONE))
                .isEqualTo(Map.of(
                        AdmissionCount.ADMITTED, 3L,
                        AdmissionCount.WAITED, 1L,
                        AdmissionCount.WAITED_NANOS, Duration.ofMillis(30).toNanos(),
                        AdmissionCount.REFUSED, 0L,
                        AdmissionCount.LEFT, 0L));
        assertThat(sums.get(THREE))
                .containsEntry(AdmissionCount.REFUSED, 1L)
                .containsEntry(AdmissionCount.ADMITTED, 0L);
    }

    @Test
    void aTenantAtItsLimitHoldsUpNoOther() {
        waiting.admit(ONE);
        waiting.admit(ONE);
        CompletableFuture<Admission.Place> third = waiting.request(ONE, LONG);
        assertThat(waiting.request(TWO, LONG)).isCompleted();
        assertThat(third).isNotDone();
    }

    @Test
    void aWaitEndsWithARefusalThatSaysHowLongItWas() {
        fill();
        CompletableFuture<Admission.Place> late = waiting.request(THREE, LONG);
        clock.advance(Duration.ofSeconds(4));
        assertThat(late).isNotDone();
        clock.advance(Duration.ofSeconds(1));
        FloeException refused = refusal(late);
        assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused.message()).contains("3 queries", "5000 ms").doesNotContain("two");
        assertThat(refused.action()).isNotEmpty();
        assertThat(refused.retryAfterMillis()).isPositive();
        assertThat(waiting.counts()).isEqualTo(new AdmissionCounts(3, 0, 0, 0, 1, 0));
    }

    @Test
    void nobodyWaitsLongerThanItsCallerAllows() {
        fill();
        CompletableFuture<Admission.Place> late = waiting.request(THREE, Duration.ofMillis(100));
        clock.advance(Duration.ofMillis(100));
        assertThat(refusal(late).message()).contains("100 ms");
        assertThat(waiting.request(THREE, Duration.ZERO)).isCompletedExceptionally();
    }

    @Test
    void whoIsCancelledLeavesTheQueue() {
        Admission.Place place = waiting.admit(ONE);
        waiting.admit(ONE);
        CompletableFuture<Admission.Place> gone = waiting.request(ONE, LONG);
        CompletableFuture<Admission.Place> next = waiting.request(ONE, LONG);
        assertThat(gone.cancel(false)).isTrue();
        place.close();
        assertThat(next).isCompleted();
        assertThat(waiting.counts().left()).isEqualTo(1);
        assertThat(waiting.taken()).isEqualTo(2);
    }

    @Test
    void aFullQueueRefusesAtOnceAndTheTenantThatHasMostOfItFirst() {
        fill();
        List<CompletableFuture<Admission.Place>> own =
                Stream.generate(() -> waiting.request(ONE, LONG)).limit(4).toList();
        assertThat(refusal(waiting.request(ONE, LONG)).message()).contains("as many wait as may, 4");
        CompletableFuture<Admission.Place> other = waiting.request(THREE, LONG);
        assertThat(other).isNotDone();
        assertThat(refusal(own.get(3)).message()).contains("as many wait as may, 4");
        assertThat(own.get(2)).isNotDone();
        assertThat(waiting.counts().waiting()).isEqualTo(4);
    }

    @Test
    void closingRefusesThoseWhoWaitAndThoseWhoCome() {
        fill();
        CompletableFuture<Admission.Place> waiter = waiting.request(THREE, LONG);
        waiting.close();
        assertThat(refusal(waiter).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(refusal(waiting.request(THREE, LONG)).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(catchThrowableOfType(FloeException.class, () -> waiting.admit(THREE))
                        .code())
                .isEqualTo(ErrorCode.SHUTTING_DOWN);
    }

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 20));
    }

    /** Whatever comes, goes and is late: limits hold, nobody waits beside a free place, none is lost. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void limitsHoldAndNoPlaceIsLost(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Asked> asked = new ArrayList<>();
        for (int step = 0; step < 500; step++) {
            List<Asked> held = asked.stream().filter(Asked::holds).toList();
            List<Asked> open = asked.stream().filter(Asked::waits).toList();
            int what = random.nextInt(10);
            if (what < 5) {
                TenantName tenant = TENANTS.get(random.nextInt(3));
                Duration wait = Duration.ofMillis(random.nextInt(8_000));
                asked.add(new Asked(tenant, waiting.request(tenant, wait)));
            } else if (what < 8 && !held.isEmpty()) {
                held.get(random.nextInt(held.size())).giveBack();
            } else if (what == 8 && !open.isEmpty()) {
                open.get(random.nextInt(open.size())).place.cancel(false);
            } else {
                clock.advance(Duration.ofMillis(random.nextInt(2_000)));
            }
            asked.removeIf(each -> !each.holds() && !each.waits());
            requireOrder(asked);
        }
        asked.forEach(each -> each.place.cancel(false));
        asked.stream().filter(Asked::holds).toList().forEach(Asked::giveBack);
        assertThat(waiting.counts().taken()).isZero();
        assertThat(waiting.counts().waiting()).isZero();
    }

    /** What was registered last runs first: the place comes back before the cancelled one has left the queue. */
    @Test
    void aPlaceGivenToOneWhoIsJustLeavingGoesOn() {
        Admission.Place place = waiting.admit(ONE);
        waiting.admit(ONE);
        CompletableFuture<Admission.Place> leaving = waiting.request(ONE, LONG);
        CompletableFuture<Admission.Place> next = waiting.request(ONE, LONG);
        CompletableFuture<Admission.Place> unused = leaving.whenComplete((none, why) -> place.close());
        leaving.cancel(false);
        assertThat(next).isCompleted();
        assertThat(waiting.counts()).isEqualTo(new AdmissionCounts(2, 0, 1, 0, 0, 1));
    }

    private void requireOrder(List<Asked> asked) {
        long total = asked.stream().filter(Asked::holds).count();
        assertThat(waiting.taken()).isEqualTo((int) total).isBetween(0, 3);
        long open = asked.stream().filter(Asked::waits).count();
        assertThat(waiting.counts().waiting()).isEqualTo((int) open).isBetween(0, 4);
        for (TenantName tenant : TENANTS) {
            List<Asked> own =
                    asked.stream().filter(each -> each.tenant.equals(tenant)).toList();
            long places = own.stream().filter(Asked::holds).count();
            assertThat(places).isLessThanOrEqualTo(2);
            assertThat(own.stream().anyMatch(Asked::waits) && places < 2 && total < 3)
                    .isFalse();
        }
    }

    /** A place that a tenant asked for, and whether it gave it back. */
    private record Asked(TenantName tenant, CompletableFuture<Admission.Place> place, AtomicBoolean over) {
        Asked(TenantName tenant, CompletableFuture<Admission.Place> place) {
            this(tenant, place, new AtomicBoolean());
        }

        boolean waits() {
            return !place.isDone();
        }

        boolean holds() {
            return place.isDone() && !place.isCompletedExceptionally() && !over.get();
        }

        void giveBack() {
            over.set(true);
            place.join().close();
        }
    }

    private void fill() {
        waiting.admit(ONE);
        waiting.admit(TWO);
        waiting.admit(TWO);
    }

    private static FloeException refusal(CompletableFuture<Admission.Place> refused) {
        return catchThrowableOfType(FloeException.class, () -> Admission.await(refused));
    }
}
