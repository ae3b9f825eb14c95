package dev.floe.sqlgateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final TenantName ONE = new TenantName("one");
    private static final TenantName TWO = new TenantName("two");
    private static final TenantName THREE = new TenantName("three");

    private final Admission admission = new Admission("queries", "wait", 3, 2);

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
}
