package dev.floe.gateway.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Batches made for a version whose columns {@code old} and {@code place.zip} are gone by now. */
class OlderVersionTest {
    private static final Target OLDER = new Target(
            new Schema(
                    Types.NestedField.required(1, "id", Types.LongType.get()),
                    Types.NestedField.optional(2, "old", Types.StringType.get()),
                    Types.NestedField.optional(
                            3,
                            "places",
                            Types.ListType.ofOptional(
                                    4,
                                    Types.StructType.of(
                                            Types.NestedField.optional(5, "zip", Types.LongType.get()),
                                            Types.NestedField.optional(6, "city", Types.StringType.get()))))),
            TableMode.UPSERT,
            List.of(1),
            Set.of(2, 5),
            0);

    @Test
    void refusesRowsWithAValueThatWouldBeLost() {
        Converted converted = new BatchConverter(Batches.LIMITS)
                .convert(
                        OLDER,
                        Batches.rows(
                                Batches.row(Batches.integer(1), Batches.text("lost"), Batches.nothing()),
                                Batches.row(Batches.integer(2), Batches.nothing(), Batches.nothing())));

        assertThat(converted.rowsRefused()).isEqualTo(1);
        FloeException error = converted.errors().get(0);
        assertThat(error.code()).isEqualTo(ErrorCode.UNKNOWN_COLUMN);
        assertThat(error.row()).isZero();
        assertThat(error.fieldPath()).isEqualTo("old");
        assertThat(error.message()).contains("dropped");
    }
}
