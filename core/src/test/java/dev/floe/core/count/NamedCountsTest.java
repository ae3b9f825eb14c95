package dev.floe.core.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamedCountsTest {
    private enum Kind {
        BLUE,
        RED
    }

    private final NamedCounts<String, Kind> counts = new NamedCounts<>(Kind.class, 2);

    private static Map<Kind, Long> sums(long blue, long red) {
        return Map.of(Kind.BLUE, blue, Kind.RED, red);
    }

    @Test
    void eachNameHasItsSums() {
        counts.add("a", Kind.BLUE, 2);
        counts.add("a", sums(3, 7));
        counts.add("b", Map.of(Kind.RED, 1L));
        assertThat(counts.sums().named()).isEqualTo(Map.of("a", sums(5, 7), "b", sums(0, 1)));
        assertThat(counts.sums().others()).isEqualTo(sums(0, 0));
    }

    @Test
    void namesBeyondTheLimitAreAddedUpTogether() {
        counts.add("a", Kind.BLUE, 1);
        counts.add("b", Kind.BLUE, 2);
        counts.add("c", Kind.BLUE, 4);
        counts.add("d", Kind.BLUE, 8);
        counts.add("a", Kind.BLUE, 16);
        assertThat(counts.sums().named()).isEqualTo(Map.of("a", sums(17, 0), "b", sums(2, 0)));
        assertThat(counts.sums().others()).isEqualTo(sums(12, 0));
    }

    @Test
    void namesForgottenMakeRoom() {
        counts.add("a", Kind.BLUE, 1);
        counts.add("b", Kind.BLUE, 2);
        counts.retain(List.of("b", "c"));
        counts.add("c", Kind.RED, 4);
        assertThat(counts.sums().named()).isEqualTo(Map.of("b", sums(2, 0), "c", sums(0, 4)));
        assertThat(counts.sums().others()).isEqualTo(sums(0, 0));
    }
}
