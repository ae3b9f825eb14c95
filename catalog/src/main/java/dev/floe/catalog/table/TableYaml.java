package dev.floe.catalog.table;

import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.apache.iceberg.types.Types;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Table declarations in YAML, as docs/tables.md describes them. */
public final class TableYaml {
    private static final int TEXT_CHARS_MAX = 1_000_000;
    private static final int NESTING_MAX = 16;
    private static final Set<String> TABLE_KEYS = ordered(
            "table",
            "mode",
            "columns",
            "key",
            "buckets",
            "partition-by",
            "bad-rows",
            "properties",
            "version",
            "missing",
            "indexes");
    private static final Set<String> INDEX_KEYS = ordered("name", "columns");
    private static final Set<String> COLUMN_KEYS = ordered("name", "type", "required", "doc");

    private TableYaml() {}

    /** Throws INVALID_TABLE with line and field path, INVALID_NAME for the table's name. */
    public static TableDeclaration parse(TenantName tenant, String text) {
        YamlMap map = YamlMap.of(document(text), "", TABLE_KEYS);
        String name = map.requireText("table");
        List<String> key = map.texts("key");
        return new TableDeclaration(
                new TableName(tenant, name),
                mode(map, key),
                columns(map),
                key,
                buckets(map),
                map.texts("partition-by"),
                badRows(map),
                properties(map),
                new UpsertRules(map.text("version").orElse(""), missing(map)),
                indexes(map));
    }

    private static Node document(String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(TEXT_CHARS_MAX);
        limits.setNestingDepthLimit(NESTING_MAX);
        // an alias of a collection could make a small text a huge declaration
        limits.setMaxAliasesForCollections(0);
        Node document;
        try {
            document = new Yaml(limits).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            String line = mark == null ? "" : "line " + (mark.getLine() + 1) + ": ";
            throw TableRules.invalid(line + "the declaration is not valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw TableRules.invalid("the declaration is not valid YAML: " + e.getMessage());
        }
        if (document == null) {
            throw TableRules.invalid("the declaration is empty");
        }
        return document;
    }

    private static TableMode mode(YamlMap map, List<String> key) {
        Optional<String> mode = map.text("mode");
        if (mode.isEmpty()) {
            return key.isEmpty() ? TableMode.APPEND : TableMode.UPSERT;
        }
        return switch (mode.get()) {
            case "append" -> TableMode.APPEND;
            case "upsert" -> TableMode.UPSERT;
            default ->
                throw YamlMap.error(
                        map.require("mode"),
                        "mode",
                        "'" + TableRules.shown(mode.get()) + "' is neither append nor upsert");
        };
    }

    private static int buckets(YamlMap map) {
        int buckets = map.number("buckets", 0);
        if (buckets == 0 && map.find("buckets").isPresent()) {
            throw YamlMap.error(map.require("buckets"), "buckets", "a table has at least one bucket");
        }
        return buckets;
    }

    private static BadRowPolicy badRows(YamlMap map) {
        String policy = map.text("bad-rows").orElse("reject");
        return switch (policy) {
            case "reject" -> BadRowPolicy.REJECT;
            case "reject-batch" -> BadRowPolicy.REJECT_BATCH;
            default ->
                throw YamlMap.error(
                        map.require("bad-rows"),
                        "bad-rows",
                        "'" + TableRules.shown(policy) + "' is neither reject nor reject-batch");
        };
    }

    private static MissingColumns missing(YamlMap map) {
        // a plain null is no text in YAML, and the name of the rule here
        String missing = map.isNull("missing") ? "null" : map.text("missing").orElse("null");
        return switch (missing) {
            case "null" -> MissingColumns.NULL;
            case "keep" -> MissingColumns.KEEP;
            default ->
                throw YamlMap.error(
                        map.require("missing"),
                        "missing",
                        "'" + TableRules.shown(missing) + "' is neither null nor keep");
        };
    }

    private static Map<String, String> properties(YamlMap map) {
        Map<String, String> properties = new TreeMap<>();
        map.find("properties").ifPresent(node -> {
            YamlMap entries = YamlMap.of(node, "properties");
            entries.entries().keySet().forEach(key -> properties.put(key, entries.requireText(key)));
        });
        return properties;
    }

    private static List<DeclaredIndex> indexes(YamlMap map) {
        List<DeclaredIndex> indexes = new ArrayList<>();
        for (Node node : map.items("indexes")) {
            YamlMap index = YamlMap.of(node, "indexes[" + indexes.size() + "]", INDEX_KEYS);
            index.require("columns");
            indexes.add(new DeclaredIndex(index.requireText("name"), index.texts("columns")));
        }
        return indexes;
    }

    private static List<Types.NestedField> columns(YamlMap map) {
        int[] lastId = {0};
        IntSupplier ids = () -> ++lastId[0];
        map.require("columns");
        List<Types.NestedField> columns = new ArrayList<>();
        for (Node node : map.items("columns")) {
            columns.add(column(YamlMap.of(node, "columns[" + columns.size() + "]", COLUMN_KEYS), ids));
        }
        return columns;
    }

    private static Types.NestedField column(YamlMap map, IntSupplier ids) {
        String type = map.requireText("type");
        int id = ids.getAsInt();
        try {
            return Types.NestedField.builder()
                    .withId(id)
                    .withName(map.requireText("name"))
                    .isOptional(!map.flag("required"))
                    .ofType(TypeText.parse(type, ids))
                    .withDoc(map.text("doc").orElse(null))
                    .build();
        } catch (FloeException e) {
            if (!e.fieldPath().isEmpty()) {
                throw e;
            }
            throw YamlMap.error(map.require("type"), map.child("type"), e.message())
                    .advise(e.action());
        }
    }

    private static Set<String> ordered(String... keys) {
        return new LinkedHashSet<>(List.of(keys));
    }
}
