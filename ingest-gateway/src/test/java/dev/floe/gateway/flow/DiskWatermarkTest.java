package dev.floe.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatermarkTest {
    private final AtomicLong free = new AtomicLong(1_000);
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();
    private final DiskWatermark watermark = new DiskWatermark(
            () -> {
                looks.incrementAndGet();
                return free.get();
            },
            500,
            nanos::get);

    @Test
    void refusesBelowTheWatermarkAndGoesOnAboveIt() {
        watermark.check();
        free.set(499);
        nanos.addAndGet(250_000_000);

        FloeException refusal = catchThrowableOfType(FloeException.class, watermark::check);
        assertThat(refusal.code()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(refusal.retryAfterMillis()).isPositive();
        assertThat(watermark.isFull()).isTrue();

        free.set(500);
        nanos.addAndGet(250_000_000);
        assertThatCode(watermark::check).doesNotThrowAnyException();
    }

    @Test
    void looksOnlyNowAndThen() {
        for (int i = 0; i < 1_000; i++) {
            watermark.check();
        }

        assertThat(looks).hasValue(1);
    }

    @Test
    void measuresARealDisk(@TempDir Path folder) {
        assertThat(DiskWatermark.of(folder, Long.MAX_VALUE).isFull()).isTrue();
        assertThat(DiskWatermark.of(folder, 0).isFull()).isFalse();
        assertThat(DiskWatermark.none().isFull()).isFalse();
    }
}
