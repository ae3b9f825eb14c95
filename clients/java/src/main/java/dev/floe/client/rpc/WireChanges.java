package dev.floe.client.rpc;

import dev.floe.client.ColumnChange;
import dev.floe.client.ColumnChange.Place;
import dev.floe.wire.v1.AddColumn;
import dev.floe.wire.v1.ColumnPlace;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.MoveColumn;
import dev.floe.wire.v1.RenameColumn;
import dev.floe.wire.v1.WidenColumn;

/** Changes of columns and indexes as messages. */
final class WireChanges {
    private WireChanges() {}

    static dev.floe.wire.v1.ColumnChange change(ColumnChange change) {
        dev.floe.wire.v1.ColumnChange.Builder wire = dev.floe.wire.v1.ColumnChange.newBuilder();
        if (change instanceof ColumnChange.Add add) {
            wire.setAdd(add(add));
        } else if (change instanceof ColumnChange.Drop drop) {
            wire.setDrop(drop.column());
        } else if (change instanceof ColumnChange.Rename rename) {
            wire.setRename(RenameColumn.newBuilder().setColumn(rename.column()).setName(rename.name()));
        } else if (change instanceof ColumnChange.Widen widen) {
            wire.setWiden(WidenColumn.newBuilder().setColumn(widen.column()).setTypeText(widen.type()));
        } else if (change instanceof ColumnChange.MakeOptional optional) {
            wire.setMakeOptional(optional.column());
        } else if (change instanceof ColumnChange.Move move) {
            wire.setMove(MoveColumn.newBuilder().setColumn(move.column()).setPlace(place(move.place())));
        } else if (change instanceof ColumnChange.AddIndex add) {
            wire.setAddIndex(WireTables.index(add.index()));
        } else if (change instanceof ColumnChange.DropIndex drop) {
            wire.setDropIndex(drop.name());
        }
        return wire.build();
    }

    private static AddColumn add(ColumnChange.Add add) {
        ColumnChange.Add.Column column = add.column();
        return AddColumn.newBuilder()
                .setColumn(Field.newBuilder()
                        .setName(column.name())
                        .setRequired(column.required())
                        .setDoc(column.doc()))
                .setTypeText(column.type())
                .setParent(column.parent())
                .setPlace(place(add.place()))
                .build();
    }

    private static ColumnPlace place(Place place) {
        if (place instanceof Place.After after) {
            return ColumnPlace.newBuilder().setAfter(after.sibling()).build();
        }
        if (place instanceof Place.First) {
            return ColumnPlace.newBuilder().setFirst(true).build();
        }
        return ColumnPlace.getDefaultInstance();
    }
}
