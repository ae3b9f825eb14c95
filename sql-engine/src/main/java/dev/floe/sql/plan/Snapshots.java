package dev.floe.sql.plan;

import java.util.Set;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Snapshot;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSnapshot;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/**
 * FOR SYSTEM_TIME AS OF, from the statement into the scans.
 *
 * <p>No step of planning sees an operator for it: the scans below get the {@link ScanInstant} first of all, also those
 * of a common table expression, except where one has an instant of its own.
 */
final class Snapshots {
    private static final Set<SqlKind> ARITHMETIC = Set.of(SqlKind.PLUS, SqlKind.MINUS);

    private Snapshots() {}

    /** Casts the instants of a statement, so that a parameter has a type and text is parsed. */
    static void cast(SqlNode statement) {
        statement.accept(new Casts());
    }

    /** The plan with instants in its scans. Throws UNSUPPORTED. */
    static RelNode folded(RelNode root) {
        return root.accept(new Fold());
    }

    private static final class Casts extends SqlBasicVisitor<@Nullable Void> {
        @Override
        public @Nullable Void visit(SqlCall call) {
            if (call instanceof SqlSnapshot snapshot) {
                snapshot.setOperand(1, timestamp(typed(snapshot.getPeriod())));
            }
            return super.visit(call);
        }

        /** With types for parameters that intervals are added to. */
        private static SqlNode typed(SqlNode node) {
            if (node instanceof SqlDynamicParam) {
                return timestamp(node);
            }
            if (node instanceof SqlBasicCall call && ARITHMETIC.contains(call.getKind())) {
                call.setOperand(0, typed(call.operand(0)));
            }
            return node;
        }

        private static SqlNode timestamp(SqlNode node) {
            SqlParserPos at = node.getParserPosition();
            SqlBasicTypeNameSpec name =
                    new SqlBasicTypeNameSpec(SqlTypeName.TIMESTAMP, FloeTypeSystem.MICROS_PRECISION, at);
            return SqlStdOperatorTable.CAST.createCall(at, node, new SqlDataTypeSpec(name, at));
        }
    }

    /** Goes through a plan and the queries in its expressions. */
    private abstract static class Throughout extends RelHomogeneousShuttle {
        private final RexShuttle queries = new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery inside = (RexSubQuery) super.visitSubQuery(query);
                return inside.clone(inside.rel.accept(Throughout.this));
            }
        };

        @Override
        public RelNode visit(RelNode node) {
            return super.visit(node).accept(queries);
        }
    }

    private static final class Fold extends Throughout {
        @Override
        public RelNode visit(RelNode node) {
            RelNode inside = super.visit(node);
            if (!(inside instanceof Snapshot snapshot)) {
                return inside;
            }
            ScanInstant instant =
                    ScanInstant.of(snapshot.getPeriod(), snapshot.getCluster().getRexBuilder());
            return snapshot.getInput().accept(new Push(instant));
        }
    }

    private static final class Push extends Throughout {
        private final ScanInstant instant;

        Push(ScanInstant instant) {
            this.instant = instant;
        }

        @Override
        public RelNode visit(TableScan scan) {
            return scan instanceof FloeScan table && table.instant() == null ? table.at(instant) : scan;
        }
    }
}
