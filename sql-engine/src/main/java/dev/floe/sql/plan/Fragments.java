package dev.floe.sql.plan;

import dev.floe.sql.translate.BoundValues;
import dev.floe.sql.translate.Inexpressible;
import dev.floe.sql.translate.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.iceberg.types.Types;

/**
 * Cuts out of a plan what DuckDB computes: the largest parts that read tables and mean the same in its SQL.
 *
 * <p>A part that only looks keys up stays: reading pages is quicker than starting a query.
 */
final class Fragments {
    private static final BoundValues UNBOUND = new BoundValues(List.of(), Instant.EPOCH);

    private Fragments() {}

    /** The plan with fragments in the places of such parts; the plan itself where there are none. */
    static RelNode cut(RelNode node) {
        List<FloeScan> scans = scans(node);
        if (scans.stream().noneMatch(FloeScan::isWhole)) {
            return node;
        }
        if (scans.stream().allMatch(Fragments::isFlat) && isExpressible(node)) {
            return Fragment.of(node);
        }
        List<RelNode> inputs = node.getInputs().stream().map(Fragments::cut).toList();
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

    private static boolean isExpressible(RelNode node) {
        try {
            return !new Translation(scan -> "s", UNBOUND).statement(node).isEmpty();
        } catch (Inexpressible e) {
            return false;
        }
    }
}
