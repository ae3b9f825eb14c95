package dev.floe.it.fire;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What all readers of a run share; each has chances of its own from the run's seed. */
record Scene(Books books, Snapshots snapshots, List<Teller> tellers, Findings findings, long seed) {
    Scene {
        tellers = List.copyOf(tellers);
    }

    SplittableRandom random(int reader) {
        return new SplittableRandom(seed * 1_000 + reader);
    }

    /** The newest batch of some writer that is acked, with those before it; null before the first. */
    Teller.@Nullable Acked newestOfAny(SplittableRandom random) {
        return tellers.get(random.nextInt(tellers.size())).newest();
    }
}
