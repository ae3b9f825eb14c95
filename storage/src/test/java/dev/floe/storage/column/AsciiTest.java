package dev.floe.storage.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AsciiTest {
    @Test
    void findsAHighBitWhereverItIsAndOnlyBeforeTheEnd() {
        for (int length = 0; length < 40; length++) {
            byte[] data = new byte[length];
            Arrays.fill(data, Byte.MAX_VALUE);
            assertThat(Ascii.is(data, length)).isTrue();
            for (int at = 0; at < length; at++) {
                data[at] = (byte) 0x80;
                assertThat(Ascii.is(data, length)).as("%s of %s", at, length).isFalse();
                assertThat(Ascii.is(data, at)).isTrue();
                data[at] = Byte.MAX_VALUE;
            }
        }
    }
}
