package dev.floe.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UuidTextTest {
    @Test
    void readsDigitsInEitherCase() {
        assertThat(UuidText.parse("00112233-4455-6677-8899-AAbbCCddEEff"))
                .isEqualTo(new UUID(0x0011_2233_4455_6677L, 0x8899_AABB_CCDD_EEFFL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456789-1234-1234-1234-12345678901",
                "1-1-1-1-1",
                "",
                "00112233-4455-6677-8899-aabbccddeef",
                "00112233-4455-6677-8899-aabbccddeeff0",
                "00112233445566778899aabbccddeeff----",
                "+0112233-4455-6677-8899-aabbccddeeff",
                "00112233-4455-6677-8899-aabbccddeefg",
                "٠٠112233-4455-6677-8899-aabbccddeef"
            })
    void refusesAnyOtherForm(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> UuidText.parse(text));
    }
}
