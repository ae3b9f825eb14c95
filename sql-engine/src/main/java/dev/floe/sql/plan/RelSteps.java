package dev.floe.sql.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableRules;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.RelFieldTrimmer;
import org.apache.calcite.tools.RelBuilder;

/** The rewriting steps between a parsed query and the cost-based planner. */
final class RelSteps {
    /** No rule that sorts for a join: scans have no order, a hash join is the better one. */
    static final List<RelOptRule> ENUMERABLE_RULES = enumerableRules();

    private static final List<RelOptRule> SUB_QUERIES = List.of(
            CoreRules.FILTER_SUB_QUERY_TO_CORRELATE,
            CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE,
            CoreRules.JOIN_SUB_QUERY_TO_CORRELATE,
            CoreRules.PROJECT_OVER_SUM_TO_SUM0_RULE);
    private static final List<RelOptRule> FILTERS_DOWN = List.of(
            CoreRules.FILTER_MERGE,
            CoreRules.FILTER_PROJECT_TRANSPOSE,
            CoreRules.FILTER_INTO_JOIN,
            CoreRules.JOIN_CONDITION_PUSH,
            CoreRules.JOIN_PUSH_EXPRESSIONS,
            CoreRules.FILTER_AGGREGATE_TRANSPOSE,
            CoreRules.FILTER_SET_OP_TRANSPOSE,
            CoreRules.FILTER_SORT_TRANSPOSE,
            CoreRules.PROJECT_MERGE,
            CoreRules.PROJECT_REMOVE,
            CoreRules.AGGREGATE_PROJECT_MERGE,
            CoreRules.AGGREGATE_EXPAND_WITHIN_DISTINCT,
            CoreRules.AGGREGATE_EXPAND_DISTINCT_AGGREGATES,
            CoreRules.AGGREGATE_REDUCE_FUNCTIONS,
            CoreRules.SORT_REMOVE_CONSTANT_KEYS);
    private static final List<RelOptRule> TO_CALC = List.of(
            EnumerableRules.ENUMERABLE_FILTER_TO_CALC_RULE,
            EnumerableRules.ENUMERABLE_PROJECT_TO_CALC_RULE,
            CoreRules.CALC_MERGE);

    private RelSteps() {}

    /** Without sub-queries and correlation where that can be, and without columns nobody reads. */
    static RelNode logical(RelNode root, SqlValidator validator) {
        RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(root.getCluster(), null);
        RelNode joined = RelDecorrelator.decorrelateQuery(apply(SUB_QUERIES, root), builder);
        return new RelFieldTrimmer(validator, builder).trim(joined);
    }

    static RelNode withFiltersAtScans(RelNode node) {
        return apply(FILTERS_DOWN, node);
    }

    /** With scans of keys alone, where conditions name the keys. */
    static RelNode withLookups(RelNode pushed) {
        return apply(List.of(KeyLookupRule.INSTANCE), pushed);
    }

    /** As {@link #withFiltersAtScans}, for an engine that has distinct aggregates itself. */
    static RelNode withFiltersAtScansOnly(RelNode node) {
        List<RelOptRule> rules = new ArrayList<>(FILTERS_DOWN);
        rules.remove(CoreRules.AGGREGATE_EXPAND_DISTINCT_AGGREGATES);
        return apply(rules, node);
    }

    /** With lookups by secondary indexes, where conditions give values of all columns of one; else {@code pushed}. */
    static RelNode withIndexes(RelNode pushed) {
        return apply(List.of(IndexLookupRule.INSTANCE), pushed);
    }

    /** Filters and projections as the one node that code can be made of. */
    static RelNode calculated(RelNode physical) {
        return apply(TO_CALC, physical);
    }

    private static RelNode apply(List<RelOptRule> rules, RelNode node) {
        HepPlanner planner =
                new HepPlanner(new HepProgramBuilder().addRuleCollection(rules).build());
        planner.setRoot(node);
        return planner.findBestExp();
    }

    private static List<RelOptRule> enumerableRules() {
        List<RelOptRule> rules = new ArrayList<>(EnumerableRules.rules());
        rules.removeAll(List.of(
                EnumerableRules.ENUMERABLE_MERGE_JOIN_RULE,
                EnumerableRules.ENUMERABLE_TABLE_SCAN_RULE,
                EnumerableRules.ENUMERABLE_TABLE_MODIFICATION_RULE,
                EnumerableRules.ENUMERABLE_MERGE_UNION_RULE));
        rules.add(EnumerableRules.ENUMERABLE_LIMIT_SORT_RULE);
        rules.add(EnumerableFloeScan.Rule.INSTANCE);
        rules.add(EnumerableFragment.Rule.INSTANCE);
        rules.add(CoreRules.PROJECT_TO_LOGICAL_PROJECT_AND_WINDOW);
        return rules;
    }
}
