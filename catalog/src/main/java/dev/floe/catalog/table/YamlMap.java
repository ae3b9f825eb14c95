package dev.floe.catalog.table;

import dev.floe.core.error.FloeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A YAML mapping with text keys, whose errors name the line and the path. */
record YamlMap(Node node, String path, Map<String, Node> entries) {
    /** Throws INVALID_TABLE for anything but a mapping, a key twice and a key that isn't allowed. */
    static YamlMap of(Node node, String path, Set<String> allowed) {
        YamlMap map = of(node, path);
        map.entries.forEach((key, value) -> {
            if (!allowed.contains(key)) {
                throw error(value, map.child(key), "there is no '" + TableRules.shown(key) + "' here")
                        .advise("keys: " + String.join(", ", allowed)
                                + "; inside { } a text with a comma needs quotes");
            }
        });
        return map;
    }

    static YamlMap of(Node node, String path) {
        if (!(node instanceof MappingNode mapping)) {
            throw error(node, path, "this has to be a mapping of keys to values");
        }
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode(), path);
            if (entries.put(key, tuple.getValueNode()) != null) {
                throw error(tuple.getKeyNode(), join(path, key), "'" + TableRules.shown(key) + "' is given twice");
            }
        }
        return new YamlMap(node, path, entries);
    }

    Optional<Node> find(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    Node require(String key) {
        return find(key).orElseThrow(() -> error(node, child(key), "'" + key + "' is missing"));
    }

    String requireText(String key) {
        return text(require(key), child(key));
    }

    Optional<String> text(String key) {
        return find(key).map(value -> text(value, child(key)));
    }

    /** Whether the value is YAML's null, written out or left out. */
    boolean isNull(String key) {
        return find(key).filter(value -> value.getTag().equals(Tag.NULL)).isPresent();
    }

    boolean flag(String key) {
        return text(key)
                .map(text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default ->
                        throw error(
                                require(key), child(key), "'" + TableRules.shown(text) + "' is neither true nor false");
                })
                .orElse(false);
    }

    int number(String key, int defaultValue) {
        return text(key)
                .map(text -> {
                    try {
                        return Integer.parseInt(text);
                    } catch (NumberFormatException e) {
                        throw error(require(key), child(key), "'" + TableRules.shown(text) + "' is no whole number");
                    }
                })
                .orElse(defaultValue);
    }

    /** The texts of a list, none where the key is missing. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Node item : items(key)) {
            texts.add(text(item, child(key) + "[" + texts.size() + "]"));
        }
        return texts;
    }

    List<Node> items(String key) {
        Optional<Node> value = find(key);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof SequenceNode sequence)) {
            throw error(value.get(), child(key), "this has to be a list, such as [a, b]");
        }
        return sequence.getValue();
    }

    String child(String key) {
        return join(path, TableRules.shown(key));
    }

    static FloeException error(Node node, String path, String what) {
        return TableRules.invalid("line " + (node.getStartMark().getLine() + 1) + ": " + what)
                .at(path);
    }

    private static String text(Node node, String path) {
        if (!(node instanceof ScalarNode scalar)) {
            throw error(node, path, "this has to be a single text");
        }
        if (scalar.getTag().equals(Tag.NULL) && scalar.isPlain()) {
            throw error(node, path, "a value is missing");
        }
        return scalar.getValue();
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
