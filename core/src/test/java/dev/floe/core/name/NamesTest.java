package dev.floe.core.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "flights", "a_1", "x23456789012345678901234567890123456789012345678901234567890123"})
    void takesPlainNames(String name) {
        assertThat(TableName.of("default", name).toString()).isEqualTo("default." + name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "1a",
                "_a",
                "a-b",
                "a.b",
                "../a",
                "a/b",
                "a%2e",
                "ä",
                "a b",
                "*",
                "${x}",
                "\u202Ea",
                "a\u0000",
                "x234567890123456789012345678901234567890123456789012345678901234"
            })
    void refusesWhateverCouldMeanMoreThanAName(String name) {
        assertThatThrownBy(() -> TableName.of("default", name))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_NAME));
        assertThatThrownBy(() -> new TenantName(name)).isInstanceOf(FloeException.class);
    }
}
