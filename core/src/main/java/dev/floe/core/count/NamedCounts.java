package dev.floe.core.count;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sums of several kinds by name, such as a table's; safe for use by several threads.
 *
 * <p>At most {@code namesMax} names have sums of their own, the first ones that are added to; what is of further names
 * is added up together, so that a crowd of names costs no more memory than that.
 */
public final class NamedCounts<N, K extends Enum<K>> {
    private final Class<K> kinds;
    private final int namesMax;
    private final Map<N, Map<K, LongAdder>> named = new ConcurrentHashMap<>();
    private final Map<K, LongAdder> others;

    /** What was added up until now; every kind is there, also where it is 0. */
    public record Sums<N, K extends Enum<K>>(Map<N, Map<K, Long>> named, Map<K, Long> others) {
        public Sums {
            named = Map.copyOf(named);
            others = Map.copyOf(others);
        }

        /** Of nothing. */
        public static <N, K extends Enum<K>> Sums<N, K> none() {
            return new Sums<N, K>(Map.of(), Map.of());
        }
    }

    public NamedCounts(Class<K> kinds, int namesMax) {
        this.kinds = kinds;
        this.namesMax = namesMax;
        this.others = adders();
    }

    public void add(N name, K kind, long more) {
        add(of(name), kind, more);
    }

    /** All sums of one thing that ended. */
    public void add(N name, Map<K, Long> more) {
        Map<K, LongAdder> sums = of(name);
        more.forEach((kind, sum) -> add(sums, kind, sum));
    }

    private static <K> void add(Map<K, LongAdder> sums, K kind, long more) {
        Objects.requireNonNull(sums.get(kind)).add(more);
    }

    public Sums<N, K> sums() {
        Map<N, Map<K, Long>> all = new HashMap<>();
        named.forEach((name, sums) -> all.put(name, byKind(sums)));
        return new Sums<>(all, byKind(others));
    }

    /** Forgets names that are not among these, and so makes room for others. */
    public void retain(Collection<N> names) {
        named.keySet().retainAll(names);
    }

    private Map<K, LongAdder> of(N name) {
        Map<K, LongAdder> known = named.get(name);
        return known == null ? newOf(name) : known;
    }

    private synchronized Map<K, LongAdder> newOf(N name) {
        return named.size() < namesMax
                ? named.computeIfAbsent(name, any -> adders())
                : named.getOrDefault(name, others);
    }

    /** One of each kind; nobody changes the map once it is made. */
    private Map<K, LongAdder> adders() {
        Map<K, LongAdder> adders = new EnumMap<>(kinds);
        for (K kind : kinds.getEnumConstants()) {
            adders.put(kind, new LongAdder());
        }
        return adders;
    }

    private Map<K, Long> byKind(Map<K, LongAdder> sums) {
        Map<K, Long> all = new EnumMap<>(kinds);
        sums.forEach((kind, sum) -> all.put(kind, sum.sum()));
        return all;
    }
}
