package dev.floe.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatementsTest {
    @Test
    void splitsAtSemicolons() {
        assertThat(Statements.of("SELECT 1; SELECT 2 ;\n SELECT 3").all())
                .containsExactly("SELECT 1", "SELECT 2", "SELECT 3");
    }

    @Test
    void leavesSemicolonsOfQuotesAndCommentsAlone() {
        String first = "SELECT ';', \"a;b\", 'it''s;' -- no; end\n , /* nor; here */ 1";

        assertThat(Statements.of(first + "; SELECT 2").all()).containsExactly(first, "SELECT 2");
    }

    @Test
    void dropsWhatIsNoStatement() {
        assertThat(Statements.of(" ;; -- only a comment\n /* and another */ ;").all())
                .isEmpty();
    }

    @Test
    void keepsWhatIsNotEndedYet() {
        Statements typed = Statements.of("SELECT 1; SELECT 'a;\n");

        assertThat(typed.complete()).containsExactly("SELECT 1");
        assertThat(typed.rest()).isEqualTo(" SELECT 'a;\n");
    }
}
