package dev.floe.sql.plan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.function.Function1;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexExecutorImpl;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.jspecify.annotations.Nullable;

/**
 * The instant of FOR SYSTEM_TIME AS OF: an expression of literals, parameters and the time, in UTC.
 *
 * <p>It is computed when the statement runs, so that a plan is good at every time. One of a literal or a parameter
 * needs no generated code.
 */
public final class ScanInstant {
    private static final @Nullable Object[] NO_ROW = {};

    private final String text;
    private final JavaTypeFactory types;
    private final @Nullable RowExpression plain;
    private final @Nullable Function1<DataContext, Object[]> code;

    private ScanInstant(RexNode expression, RexBuilder builder) {
        this.text = expression.toString();
        this.types = (JavaTypeFactory) builder.getTypeFactory();
        RexNode micros = expression.accept(new MicrosRex(builder, new MicrosTypes(types)));
        this.plain = new RowExpressions(builder).of(micros);
        RelDataType nothing = types.builder().build();
        this.code = plain != null
                ? null
                : RexExecutorImpl.getExecutable(builder, List.of(micros), nothing)
                        .getFunction();
    }

    /** Throws UNSUPPORTED where the expression is not the same throughout the statement. */
    static ScanInstant of(RexNode expression, RexBuilder builder) {
        if (!RexUtil.isConstant(expression)) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "FOR SYSTEM_TIME AS OF takes no columns and no queries")
                    .advise("give it a literal, a parameter, or CURRENT_TIMESTAMP and an interval");
        }
        return new ScanInstant(expression, builder);
    }

    /** For the context of {@link #at}. */
    public JavaTypeFactory types() {
        return types;
    }

    /** The instant of a run with these parameters. Throws INVALID_ARGUMENT where it is null. */
    public Instant at(List<@Nullable Object> parameters, DataContext context) {
        @Nullable
        Object micros = plain != null ? plain.value(NO_ROW, parameters) : code == null ? null : code.apply(context)[0];
        if (!(micros instanceof Long known)) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the time of FOR SYSTEM_TIME AS OF is null")
                    .advise("give it a timestamp in UTC");
        }
        return Instant.EPOCH.plus(known, ChronoUnit.MICROS);
    }

    @Override
    public String toString() {
        return text;
    }
}
