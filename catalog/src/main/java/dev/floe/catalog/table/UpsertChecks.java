package dev.floe.catalog.table;

import dev.floe.core.error.FloeException;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What the rules of an upsert table have to fulfil; each breach is an INVALID_TABLE with a field path. */
final class UpsertChecks {
    private static final Set<Type.TypeID> VERSIONS =
            Set.of(Type.TypeID.INTEGER, Type.TypeID.LONG, Type.TypeID.DATE, Type.TypeID.TIMESTAMP);

    private UpsertChecks() {}

    static void check(TableDeclaration declaration) {
        UpsertRules rules = declaration.upserts();
        if (declaration.mode() == TableMode.APPEND && !rules.equals(UpsertRules.NEWEST)) {
            throw TableRules.invalid("an append table has no versions and keeps nothing: every row stays")
                    .at(rules.hasVersion() ? "version" : "missing")
                    .advise("leave it out, or give the table a key");
        }
        if (rules.hasVersion()) {
            checkVersion(declaration, rules.version());
        }
        if (rules.missing() == MissingColumns.KEEP) {
            checkKeep(declaration);
        }
    }

    private static void checkVersion(TableDeclaration declaration, String name) {
        Types.NestedField column = declaration.columns().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> version("'" + TableRules.shown(name) + "' is no column of the table"));
        if (declaration.key().contains(name)) {
            throw version("the version can't be a key column: it changes from row to row of a key");
        }
        if (column.isOptional()) {
            throw version("the version column '" + TableRules.shown(name) + "' is not required");
        }
        if (!VERSIONS.contains(column.type().typeId())) {
            throw version("the version column '" + TableRules.shown(name) + "' has the type " + column.type());
        }
    }

    private static FloeException version(String what) {
        return TableRules.invalid(what)
                .at("version")
                .advise("name a required column of type int, long, date, timestamp or timestamptz");
    }

    private static void checkKeep(TableDeclaration declaration) {
        for (Types.NestedField column : declaration.columns()) {
            boolean given = declaration.key().contains(column.name())
                    || column.name().equals(declaration.upserts().version());
            if (column.isRequired() && !given) {
                throw TableRules.invalid("the column '" + TableRules.shown(column.name())
                                + "' is required, but the first row of a key may lack it")
                        .at("missing")
                        .advise("make columns other than the key and the version optional, or let missing be null");
            }
        }
    }
}
