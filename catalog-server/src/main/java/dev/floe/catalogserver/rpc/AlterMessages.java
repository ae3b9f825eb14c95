package dev.floe.catalogserver.rpc;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.ColumnChange.Place;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableYaml;
import dev.floe.catalog.table.TypeText;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.storage.wire.WireTypes;
import dev.floe.wire.v1.AddColumn;
import dev.floe.wire.v1.AlterTableRequest;
import dev.floe.wire.v1.ColumnPlace;
import dev.floe.wire.v1.DataType;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.WidenColumn;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Changes of tables as messages. */
final class AlterMessages {
    private AlterMessages() {}

    /** Throws INVALID_ARGUMENT or INVALID_TABLE at {@code changes[i]}. */
    static List<ColumnChange> changes(AlterTableRequest request) {
        if (request.getChangesCount() == 0) {
            throw invalid("the request changes nothing").at("changes");
        }
        List<ColumnChange> changes = new ArrayList<>();
        for (dev.floe.wire.v1.ColumnChange wire : request.getChangesList()) {
            try {
                changes.add(change(wire));
            } catch (FloeException e) {
                throw e.at("changes[" + changes.size() + "]");
            }
        }
        return changes;
    }

    static TableDeclaration declaration(AlterTableRequest request, TenantName tenant) {
        if (!request.getTable().isEmpty() || request.getChangesCount() > 0) {
            throw invalid("the request has both a declaration and a table or changes")
                    .at("yaml");
        }
        return TableYaml.parse(tenant, request.getYaml());
    }

    private static ColumnChange change(dev.floe.wire.v1.ColumnChange wire) {
        return switch (wire.getChangeCase()) {
            case ADD -> add(wire.getAdd());
            case DROP -> new ColumnChange.Drop(wire.getDrop());
            case RENAME ->
                new ColumnChange.Rename(
                        wire.getRename().getColumn(), wire.getRename().getName());
            case WIDEN -> new ColumnChange.Widen(wire.getWiden().getColumn(), type(wire.getWiden()));
            case MAKE_OPTIONAL -> new ColumnChange.MakeOptional(wire.getMakeOptional());
            case MOVE ->
                new ColumnChange.Move(
                        wire.getMove().getColumn(), place(wire.getMove().getPlace()));
            case ADD_INDEX -> new ColumnChange.AddIndex(IndexMessages.declared(wire.getAddIndex()));
            case DROP_INDEX -> new ColumnChange.DropIndex(wire.getDropIndex());
            case CHANGE_NOT_SET -> throw invalid("the change says nothing");
        };
    }

    private static ColumnChange add(AddColumn wire) {
        Field field = wire.getColumn();
        if (wire.getTypeText().isEmpty()) {
            return new ColumnChange.Add(
                    wire.getParent(), WireTypes.declaredColumns(List.of(field)).get(0), place(wire.getPlace()));
        }
        requireOneType(field.hasType());
        Types.NestedField column = Types.NestedField.builder()
                .withId(1)
                .withName(field.getName())
                .isOptional(!field.getRequired())
                .ofType(TypeText.parse(wire.getTypeText()))
                .withDoc(field.getDoc().isEmpty() ? null : field.getDoc())
                .build();
        return new ColumnChange.Add(wire.getParent(), column, place(wire.getPlace()));
    }

    private static Type type(WidenColumn wire) {
        if (!wire.getTypeText().isEmpty()) {
            requireOneType(wire.hasType());
            return TypeText.parse(wire.getTypeText());
        }
        return type(wire.getType());
    }

    private static Type type(DataType wire) {
        Field field = Field.newBuilder().setName("type").setType(wire).build();
        return WireTypes.declaredColumns(List.of(field)).get(0).type();
    }

    private static void requireOneType(boolean hasType) {
        if (hasType) {
            throw invalid("the change has a type and a text of it");
        }
    }

    private static Place place(ColumnPlace wire) {
        return switch (wire.getPlaceCase()) {
            case FIRST -> wire.getFirst() ? new Place.First() : new Place.Last();
            case AFTER -> new Place.After(wire.getAfter());
            case PLACE_NOT_SET -> new Place.Last();
        };
    }

    private static FloeException invalid(String what) {
        return new FloeException(ErrorCode.INVALID_ARGUMENT, what);
    }
}
