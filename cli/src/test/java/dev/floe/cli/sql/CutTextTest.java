package dev.floe.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.client.ReadAt;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class CutTextTest {
    private final CutText cuts = new CutText();

    @Test
    void readsEveryKindOfCut() {
        assertThat(cuts.convert("latest")).isEqualTo(new ReadAt.Latest());
        assertThat(cuts.convert("committed")).isEqualTo(new ReadAt.Committed());
        assertThat(cuts.convert("4711")).isEqualTo(new ReadAt.AtSnapshot(4711));
        assertThat(cuts.convert("2026-01-31T12:00:00Z"))
                .isEqualTo(new ReadAt.AtTime(Instant.parse("2026-01-31T12:00:00Z")));
    }

    @Test
    void refusesOtherWords() {
        for (String wrong : new String[] {"", "newest", "99999999999999999999", "2026-01-31"}) {
            assertThatThrownBy(() -> cuts.convert(wrong)).isInstanceOf(TypeConversionException.class);
        }
    }
}
