package dev.floe.sqlgateway.rpc;

import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.wire.WireTypes;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.TableSnapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Types;

/** Columns and cuts of results as messages. */
final class ResultColumns {
    private ResultColumns() {}

    /** The id of a column on the wire, where 0 means none. */
    static int wireId(int index) {
        return index + 1;
    }

    static List<Field> fields(List<ResultColumn> columns) {
        List<Field> fields = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            ResultColumn column = columns.get(i);
            fields.add(WireTypes.toWire(Types.NestedField.builder()
                    .withId(wireId(i))
                    .withName(column.name())
                    .isOptional(column.nullable())
                    .ofType(column.type())
                    .build()));
        }
        return fields;
    }

    static TableSnapshot snapshot(TableCut cut) {
        return TableSnapshot.newBuilder()
                .setTable(cut.table())
                .setSnapshotId(cut.snapshotId())
                .setCommittedAtMicros(ChronoUnit.MICROS.between(Instant.EPOCH, cut.committedAt()))
                .setTailRows(cut.tailRows())
                .setNotice(cut.notice())
                .build();
    }

    static Vector vector(ColumnBatch batch, int index) {
        Vector vector = batch.column(index);
        if (vector == null) {
            throw new IllegalStateException("the engine's batch lacks column " + index);
        }
        return vector;
    }
}
