package dev.floe.sql.plan;

import com.google.common.base.Throwables;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.scan.TableStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableInterpretable;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableModify;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.runtime.Bindable;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.sql.SqlExplain;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.fun.SqlLibrary;
import org.apache.calcite.sql.fun.SqlLibraryOperatorTableFactory;
import org.apache.calcite.sql.validate.SqlConformance;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.sql2rel.ConvertToChecked;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.apache.calcite.util.CancelFlag;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Plans one statement over one tenant's tables.
 *
 * <pre>
 *   SQL ─ SqlGuard ─ parse, validate ─► RelNode ─ RelSteps ─ Fragments ─┬► all of it DuckDB's
 *                                                                      └► lowered, pushed down
 *                                     ─┬─ Volcano ─► Enumerable ─► code, around fragments where there are any
 *                                      └─► LookupPlan
 * </pre>
 *
 * <p>Where a secondary index can find rows of the statement it is planned twice ({@link IndexedPlan}).
 *
 * <p>Names match in any case. For one thread with a large stack.
 */
public final class StatementPlanner {
    private static final CalciteConnectionConfig CONFIG =
            CalciteConnectionConfigImpl.DEFAULT.set(CalciteConnectionProperty.CASE_SENSITIVE, "false");
    static final SqlOperatorTable OPERATORS = new AllowedFunctions(
            SqlLibraryOperatorTableFactory.INSTANCE.getOperatorTable(SqlLibrary.STANDARD, SqlLibrary.POSTGRESQL));
    private static final SqlToRelConverter.Config CONVERSION = SqlToRelConverter.config()
            .withExpand(false)
            .withTrimUnusedFields(true)
            .withInSubQueryThreshold(Integer.MAX_VALUE);

    /** An INSERT without names of columns has a value for each: one that was forgotten is not taken for NULL. */
    private static final SqlConformance LENIENT = new SqlDelegatingConformance(SqlConformanceEnum.LENIENT) {
        @Override
        public boolean isInsertSubsetColumnsAllowed() {
            return false;
        }
    };

    /** What the statement asks for: its rows, its plan, or its plan with what it cost. */
    private enum Explain {
        NO,
        PLAN,
        ANALYZE;

        StatementPlan is(StatementPlan plan, String text) {
            return this == NO ? plan : plan.explained(text, this == ANALYZE);
        }

        QueryPlan is(LookupPlan plan, String text, JavaTypeFactory types) {
            return this == NO ? plan : StatementPlan.explained(plan, text, this == ANALYZE, types);
        }
    }

    /** The tenant's tables, and what is known of one of them. */
    public record Source(
            Supplier<List<TableDefinition>> tables, Function<TableDefinition, Optional<TableStatistics>> statistics) {}

    private final FloeTypes.Factory types = new FloeTypes.Factory();
    private final KnownStatistics statistics;
    private final TenantSchema schema;
    private final CalciteCatalogReader tables;
    private final SqlValidator validator;
    private final VolcanoPlanner planner;
    private final RelOptCluster cluster;
    private final String tenant;
    private final boolean embedded;
    /** Why parts of the plan are computed row by row. */
    private final Set<String> obstacles = new LinkedHashSet<>();

    private boolean repeatable;

    /** {@code embedded} where DuckDB may compute parts; {@code cancelled} ends planning when it becomes true. */
    public StatementPlanner(String tenant, Source source, boolean embedded, AtomicBoolean cancelled) {
        this.tenant = tenant;
        this.embedded = embedded;
        this.statistics = new KnownStatistics(source.statistics);
        CalciteSchema root = CalciteSchema.createRootSchema(false, false);
        this.schema = new TenantSchema(source.tables, statistics);
        CalciteSchema direct = root.add(tenant, schema);
        // also under the one catalog, which tools that name a table in full begin with
        CalciteSchema catalog =
                tenant.equals(QueryEngine.CATALOG) ? direct : root.add(QueryEngine.CATALOG, new AbstractSchema());
        catalog.add(tenant, schema);
        this.tables = new CalciteCatalogReader(root, List.of(tenant), types, CONFIG);
        this.validator = SqlValidatorUtil.newValidator(
                OPERATORS,
                tables,
                types,
                SqlValidator.Config.DEFAULT
                        .withConformance(LENIENT)
                        .withTypeCoercionFactory(Coercion::new)
                        .withIdentifierExpansion(true));
        this.planner = new VolcanoPlanner(Contexts.of(CONFIG, new CancelFlag(cancelled)));
        planner.addRelTraitDef(ConventionTraitDef.INSTANCE);
        RelSteps.ENUMERABLE_RULES.forEach(planner::addRule);
        this.cluster = RelOptCluster.create(planner, new RexBuilder(types));
    }

    /**
     * A {@link QueryPlan}, or a {@link ChangePlan} for what changes a table.
     *
     * <p>Throws INVALID_SQL with line and column, QUERY_TOO_COMPLEX, UNSUPPORTED, WRONG_OPERATION.
     */
    public PreparedQuery plan(String sql) {
        SqlGuard.check(sql);
        try {
            return planGuarded(sql);
        } catch (StackOverflowError e) {
            throw new FloeException(ErrorCode.QUERY_TOO_COMPLEX, "the statement is nested too deeply", e);
        } finally {
            // a plan is kept for long, and what it was chosen from hangs on it
            planner.clear();
            cluster.invalidateMetadataQuery();
        }
    }

    /** The tables that the statement names, also those that its plan reads nothing of. */
    public List<TableDefinition> named() {
        return schema.named();
    }

    /** Rows of the tables by whose statistics the plan was chosen. */
    public Map<UUID, Double> rows() {
        return statistics.rows();
    }

    /** True where the statement is a query whose answer follows from its tables' rows and its parameters. */
    public boolean isRepeatable() {
        return repeatable;
    }

    private PreparedQuery planGuarded(String sql) {
        SqlText text = new SqlText(sql);
        SqlNode statement = text.parse();
        Explain explain =
                text.isAnalyze() ? Explain.ANALYZE : statement.getKind() == SqlKind.EXPLAIN ? Explain.PLAN : Explain.NO;
        SqlNode query = statement instanceof SqlExplain explained ? explained.getExplicandum() : statement;
        query.accept(new StatementChecks(text));
        Snapshots.cast(query);
        SqlNode validated = text.located(() -> validator.validate(query));
        RelDataType parameters = text.located(() -> validator.getParameterRowType(validated));
        SqlToRelConverter converter = new SqlToRelConverter(
                (type, view, schemaPath, viewPath) -> {
                    throw new FloeException(ErrorCode.UNSUPPORTED, "views can't be queried");
                },
                validator,
                tables,
                cluster,
                StandardConvertletTable.INSTANCE,
                CONVERSION);
        RelRoot converted = text.located(() -> converter.convertQuery(validated, false, true));
        RelRoot root = converted.withRel(
                Snapshots.folded(converted.rel).accept(new StandardForms(cluster.getRexBuilder(), tenant)));
        List<Type> parameterTypes = parameters.getFieldList().stream()
                .map(field -> FloeTypes.icebergType(field.getType(), new AtomicInteger(1)::getAndIncrement))
                .toList();
        if (root.rel instanceof TableModify modify) {
            if (explain == Explain.ANALYZE) {
                throw new FloeException(ErrorCode.UNSUPPORTED, "EXPLAIN ANALYZE runs queries, no changes of rows")
                        .advise("use EXPLAIN PLAN FOR");
            }
            ChangeSource change = ChangeSource.of(modify, validated, text.isUpsert());
            QueryPlan source = planned(sql, change.query(), change.columns(), parameterTypes, explain);
            return explain == Explain.NO ? new ChangePlan(source, change.change()) : source;
        }
        repeatable = explain == Explain.NO && Repeatable.is(root.rel);
        return planned(sql, root.project(true), columns(root.validatedRowType), parameterTypes, explain);
    }

    private QueryPlan planned(
            String sql, RelNode query, List<ResultColumn> columns, List<Type> parameterTypes, Explain explain) {
        // arithmetic that overflows is an error, not a wrong number
        RelNode checked = new ConvertToChecked(cluster.getRexBuilder(), true).visit(query);
        RelNode logical = RelSteps.logical(checked, validator);
        QueryPlan byScan = finished(sql, columns, parameterTypes, explain, embedded ? cut(logical) : logical);
        if (schema.named().stream().allMatch(table -> table.indexes().isEmpty())) {
            return byScan;
        }
        RelNode pushed = pushed(logical);
        RelNode indexed = RelSteps.withIndexes(pushed);
        List<PlannedScan> lookups = ScansOf.plan(indexed);
        return lookups.stream().noneMatch(PlannedScan::isIndexed)
                ? byScan
                : new IndexedPlan(
                        byRows(sql, columns, parameterTypes, explain, indexed), byScan, lookups, ScansOf.plan(pushed));
    }

    /** With fragments, where there are any. */
    private RelNode cut(RelNode logical) {
        RelNode cut = Fragments.cut(
                RelSteps.withLookups(ScanPushdown.push(RelSteps.withFiltersAtScansOnly(logical))), obstacles);
        return Fragments.isIn(cut) ? Fragments.bare(cut) : logical;
    }

    private QueryPlan finished(
            String sql, List<ResultColumn> columns, List<Type> parameterTypes, Explain explain, RelNode logical) {
        if (logical instanceof Fragment whole) {
            PlannedFragment fragment = new PlannedFragment(whole.inside());
            StatementPlan plan = new StatementPlan(
                    sql, columns, parameterTypes, List.of(), List.of(fragment), null, Map.of(), types, null);
            return explain.is(plan, "DuckDB\n" + fragment.toString().indent(2));
        }
        return byRows(sql, columns, parameterTypes, explain, pushed(logical));
    }

    private static RelNode pushed(RelNode logical) {
        RelNode lowered = new MicrosLowering(logical).lower(logical);
        return RelSteps.withLookups(ScanPushdown.push(WideSums.cast(RelSteps.withFiltersAtScans(lowered))));
    }

    /** Generated code around scans, lookups and fragments; none where the statement is a lookup. */
    private QueryPlan byRows(
            String sql, List<ResultColumn> columns, List<Type> parameterTypes, Explain explain, RelNode pushed) {
        LookupPlan lookup = LookupPlan.of(sql, pushed, columns, parameterTypes);
        if (lookup != null) {
            return explain.is(lookup, RelOptUtil.toString(pushed), types);
        }
        Map<String, Object> stashed = new HashMap<>();
        LongLists lists = new LongLists(cluster.getRexBuilder(), parameterTypes.size(), stashed);
        EnumerableRel physical = physical(ordered(pushed.accept(lists)));
        Bindable<?> code = code(physical, stashed);
        stashed.put(StatementPlan.ROW_COUNTS, rowCounts(pushed));
        List<PlannedScan> scans = EnumerableFloeScan.numbered(stashed).stream()
                .map(PlannedScan::new)
                .toList();
        List<PlannedFragment> fragments = EnumerableFragment.numbered(stashed).stream()
                .map(fragment -> new PlannedFragment(fragment.inside()))
                .toList();
        StatementPlan plan =
                new StatementPlan(sql, columns, parameterTypes, scans, fragments, code, stashed, types, null);
        StringBuilder text = new StringBuilder(RelOptUtil.toString(physical));
        obstacles.forEach(
                obstacle -> text.append("not in DuckDB: ").append(obstacle).append('\n'));
        return explain.is(plan, text.toString());
    }

    private static Set<Integer> rowCounts(RelNode node) {
        Set<Integer> parameters = new LinkedHashSet<>();
        if (node instanceof Sort sort) {
            Stream.of(sort.offset, sort.fetch)
                    .filter(RexDynamicParam.class::isInstance)
                    .forEach(count -> parameters.add(((RexDynamicParam) count).getIndex()));
        }
        node.getInputs().forEach(input -> parameters.addAll(rowCounts(input)));
        return parameters;
    }

    private static Bindable<?> code(EnumerableRel physical, Map<String, Object> stashed) {
        try {
            return EnumerableInterpretable.toBindable(stashed, null, physical, EnumerableRel.Prefer.ARRAY);
        } catch (IllegalStateException e) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "a function of the statement does not run in its place", e)
                    .advise("write it in another way; EXPLAIN PLAN FOR parts of it shows which run");
        } catch (RuntimeException e) {
            if (String.valueOf(Throwables.getRootCause(e).getMessage()).contains("64 KB")) {
                throw new FloeException(ErrorCode.QUERY_TOO_COMPLEX, "the statement has too many expressions", e)
                        .advise("send it in parts, or put values into one IN list");
            }
            throw e;
        }
    }

    /** With joins in their order. */
    private RelNode ordered(RelNode pushed) {
        if (!JoinOrder.isIn(pushed)) {
            return pushed;
        }
        statistics.want();
        cluster.invalidateMetadataQuery();
        return JoinOrder.chosen(pushed);
    }

    private EnumerableRel physical(RelNode pushed) {
        RelNode wanted = planner.changeTraits(pushed, pushed.getTraitSet().replace(EnumerableConvention.INSTANCE));
        planner.setRoot(wanted);
        try {
            return (EnumerableRel) RelSteps.calculated(planner.findBestExp());
        } catch (RelOptPlanner.CannotPlanException e) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "no plan for this combination of SQL's features", e)
                    .advise("write it in another way, such as with a join instead of a sub-query");
        }
    }

    private static List<ResultColumn> columns(RelDataType row) {
        AtomicInteger ids = new AtomicInteger(1_000);
        List<ResultColumn> columns = new ArrayList<>();
        for (RelDataTypeField field : row.getFieldList()) {
            @Nullable Type type = FloeTypes.icebergType(field.getType(), ids::getAndIncrement);
            columns.add(new ResultColumn(field.getName(), type, field.getType().isNullable()));
        }
        return columns;
    }
}
