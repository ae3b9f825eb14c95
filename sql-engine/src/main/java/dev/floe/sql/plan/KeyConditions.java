package dev.floe.sql.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.util.Sarg;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys that a condition leaves, of the table or of an index, where these are few and known by literals and
 * parameters.
 *
 * <p>A condition is taken apart into ways in which it can hold, each of which fixes some columns of the key. Where each
 * way fixes all of them, they are the keys.
 */
final class KeyConditions {
    private final FloeScan scan;
    private final List<Integer> key;
    private final Predicates predicates;

    private KeyConditions(FloeScan scan, List<Integer> key) {
        this.scan = scan;
        this.key = key;
        this.predicates = new Predicates(scan, List.of());
    }

    /** The keys, and what else the rows have to fulfil. */
    record Narrowed(ScanKeys keys, List<RexNode> rest) {}

    /**
     * Ways in which a condition can hold: values of key columns by their place in the key.
     *
     * @param exact the condition holds where one of the ways does
     */
    private record Ways(List<Map<Integer, RexNode>> ways, boolean exact) {}

    /** Null where the condition does not name the keys; {@code key} are ids of the columns that make one. */
    static @Nullable Narrowed narrow(FloeScan scan, List<Integer> key, RexNode condition) {
        return key.isEmpty() ? null : new KeyConditions(scan, key).narrow(condition);
    }

    private @Nullable Narrowed narrow(RexNode condition) {
        List<Map<Integer, RexNode>> ways = List.of(Map.of());
        List<RexNode> rest = new ArrayList<>();
        for (RexNode part : RelOptUtil.conjunctions(condition)) {
            Ways found = ways(part);
            Ways both = found == null ? null : product(ways, found.ways);
            if (found == null || both == null || !found.exact || !both.exact) {
                rest.add(part);
            }
            ways = both == null ? ways : both.ways;
        }
        if (ways.stream().anyMatch(way -> way.size() < key.size())) {
            return null;
        }
        List<List<RexNode>> tuples = ways.stream()
                .map(way -> IntStream.range(0, key.size()).mapToObj(way::get).toList())
                .toList();
        return new Narrowed(new ScanKeys(tuples), rest);
    }

    /** Null where the condition says nothing of the key, or too much. */
    private @Nullable Ways ways(RexNode node) {
        return switch (node.getKind()) {
            case EQUALS -> equality((RexCall) node);
            case SEARCH -> {
                Sarg<?> values = ((RexLiteral) ((RexCall) node).getOperands().get(1)).getValueAs(Sarg.class);
                yield values == null || values.pointCount > ScanKeys.KEYS_MAX
                        ? null
                        : ways(RexUtil.expandSearch(scan.getCluster().getRexBuilder(), null, node));
            }
            case AND -> and(((RexCall) node).getOperands());
            case OR -> or(((RexCall) node).getOperands());
            default -> null; // over Calcite's enum of hundreds of kinds
        };
    }

    private @Nullable Ways equality(RexCall call) {
        for (int side = 0; side < 2; side++) {
            RexNode column = call.getOperands().get(side);
            RexNode value = call.getOperands().get(1 - side);
            int place = column instanceof RexInputRef ref
                    ? key.indexOf(scan.fieldIds().get(ref.getIndex()))
                    : -1;
            if (place >= 0 && (value instanceof RexDynamicParam || predicates.isExact(value, key.get(place)))) {
                return new Ways(List.of(Map.of(place, value)), true);
            }
        }
        return null;
    }

    private @Nullable Ways and(List<RexNode> parts) {
        List<Map<Integer, RexNode>> all = List.of(Map.of());
        boolean exact = true;
        for (RexNode part : parts) {
            Ways found = ways(part);
            Ways both = found == null ? null : product(all, found.ways);
            exact = exact && found != null && both != null && found.exact && both.exact;
            all = both == null ? all : both.ways;
        }
        return all.get(0).isEmpty() ? null : new Ways(all, exact);
    }

    private @Nullable Ways or(List<RexNode> parts) {
        List<Map<Integer, RexNode>> any = new ArrayList<>();
        boolean exact = true;
        for (RexNode part : parts) {
            Ways found = ways(part);
            if (found == null || any.size() + found.ways.size() > ScanKeys.KEYS_MAX) {
                return null;
            }
            any.addAll(found.ways);
            exact = exact && found.exact;
        }
        return new Ways(any, exact);
    }

    /** Where both name a column the first one counts, and the product isn't exact; null where it is too large. */
    private static @Nullable Ways product(List<Map<Integer, RexNode>> left, List<Map<Integer, RexNode>> right) {
        if ((long) left.size() * right.size() > ScanKeys.KEYS_MAX) {
            return null;
        }
        boolean exact = true;
        List<Map<Integer, RexNode>> product = new ArrayList<>();
        for (Map<Integer, RexNode> one : left) {
            for (Map<Integer, RexNode> other : right) {
                Map<Integer, RexNode> both = new HashMap<>(other);
                both.putAll(one);
                exact = exact && both.entrySet().containsAll(other.entrySet());
                product.add(both);
            }
        }
        return new Ways(product, exact);
    }
}
