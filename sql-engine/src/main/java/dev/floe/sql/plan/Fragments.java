package dev.floe.sql.plan;

import dev.floe.sql.translate.BoundValues;
import dev.floe.sql.translate.Inexpressible;
import dev.floe.sql.translate.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Cuts out of a plan what DuckDB computes: the largest parts that read tables and mean the same in its SQL.
 *
 * <p>A part that only looks keys up stays: reading pages is quicker than starting a query.
 */
final class Fragments {
    private static final BoundValues UNBOUND = new BoundValues(List.of(), Instant.EPOCH);

    private Fragments() {}

    /**
     * The plan with fragments in the places of such parts; the plan itself where there are none. {@code reasons} is
     * told why parts whose inputs are fragments are none.
     */
    static RelNode cut(RelNode node, Set<String> reasons) {
        List<FloeScan> scans = scans(node);
        if (scans.stream().noneMatch(FloeScan::isWhole)) {
            return node;
        }
        String obstacle = scans.stream().allMatch(Fragments::isFlat) ? obstacle(node) : "nested columns or defaults";
        if (obstacle == null) {
            return Fragment.of(node);
        }
        List<RelNode> inputs =
                node.getInputs().stream().map(input -> cut(input, reasons)).toList();
        if (inputs.stream().anyMatch(Fragment.class::isInstance) || inputs.isEmpty()) {
            reasons.add(obstacle);
        }
        return inputs.equals(node.getInputs()) ? node : node.copy(node.getTraitSet(), inputs);
    }

    static boolean isIn(RelNode node) {
        return node instanceof Fragment || node.getInputs().stream().anyMatch(Fragments::isIn);
    }

    /** The plan with scans that know nothing of what is above them. */
    static RelNode bare(RelNode node) {
        if (node instanceof FloeScan scan) {
            return scan.withPredicates(List.of()).withLimit(-1);
        }
        List<RelNode> inputs = node.getInputs().stream().map(Fragments::bare).toList();
        return inputs.isEmpty() ? node : node.copy(node.getTraitSet(), inputs);
    }

    static List<FloeScan> scans(RelNode node) {
        List<FloeScan> scans = new ArrayList<>();
        if (node instanceof FloeScan scan) {
            scans.add(scan);
        }
        node.getInputs().forEach(input -> scans.addAll(scans(input)));
        return scans;
    }

    private static boolean isFlat(FloeScan scan) {
        return scan.fieldIds().stream()
                .map(id -> scan.definition().schema().findField(id))
                .allMatch(field -> field.type().isPrimitiveType() && !hasDefault(field));
    }

    private static boolean hasDefault(Types.NestedField field) {
        return field.initialDefault() != null;
    }

    /** What DuckDB has no words for, or null where it has for all. */
    private static @Nullable String obstacle(RelNode node) {
        try {
            String unused = new Translation(scan -> "s", UNBOUND).statement(node);
            return null;
        } catch (Inexpressible e) {
            return e.getMessage();
        }
    }
}
