package dev.floe.gateway.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RawRequestsTest {
    @Test
    void takesAllOfAStreamWhateverItSaysIsAvailable() {
        byte[] bytes = new byte[20_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        for (int length : new int[] {0, 1, 2, 100, 8_192, 8_193, bytes.length}) {
            byte[] request = Arrays.copyOf(bytes, length);
            for (int available : new int[] {0, 1, length / 2, length - 1, length, length + 7}) {
                assertThat(RawRequests.marshaller().parse(stream(request, Math.max(0, available))))
                        .as("%s of %s", available, length)
                        .isEqualTo(request);
            }
        }
    }

    private static ByteArrayInputStream stream(byte[] request, int available) {
        return new ByteArrayInputStream(request) {
            @Override
            public synchronized int available() {
                return available;
            }
        };
    }
}
