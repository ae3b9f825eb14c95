package dev.floe.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UpsertChecksTest {
    private static final String KEYED = """
            table: t
            key: [id]
            columns:
              - {name: id, type: long, required: true}
              - {name: at, type: timestamptz, required: true}
              - {name: ratio, type: double, required: true}
              - {name: late, type: long}
            """;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(KEYED + "version: nothing", "version", "no column"),
                Arguments.of(KEYED + "version: id", "version", "key column"),
                Arguments.of(KEYED + "version: late", "version", "not required"),
                Arguments.of(KEYED + "version: ratio", "version", "double"),
                Arguments.of(KEYED + "missing: keep", "missing", "'at' is required"),
                Arguments.of(KEYED + "missing: hold", "missing", "neither null nor keep"),
                Arguments.of("table: t\ncolumns: [{name: a, type: int}]\nmissing: keep", "missing", "append"),
                Arguments.of("table: t\ncolumns: [{name: a, type: int}]\nversion: a", "version", "append"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("mistakes")
    void refusesRulesThatCannotHold(String yaml, String path, String message) {
        FloeException error = catchThrowableOfType(FloeException.class, () -> TableRules.check(parse(yaml)));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TABLE);
        assertThat(error.message()).contains(message);
        assertThat(error.fieldPath()).isEqualTo(path);
    }

    @Test
    void takesAVersionAndKeptColumns() {
        TableDeclaration declaration =
                parse(KEYED.replace("double, required: true", "double") + "version: at\nmissing: keep");

        TableRules.check(declaration);

        assertThat(declaration.upserts()).isEqualTo(new UpsertRules("at", MissingColumns.KEEP));
        assertThat(parse(KEYED + "missing: null").upserts()).isEqualTo(UpsertRules.NEWEST);
    }

    private static TableDeclaration parse(String yaml) {
        return TableYaml.parse(TenantName.DEFAULT, yaml);
    }
}
