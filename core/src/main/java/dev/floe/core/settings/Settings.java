package dev.floe.core.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Flat settings from a YAML file, the environment and flags, the later winning.
 *
 * <p>A nested YAML key joins with dots: {@code ingest: {batch-bytes-max: 1MB}} is {@code ingest.batch-bytes-max}. The
 * environment variable for it is {@code FLOE_INGEST_BATCH_BYTES_MAX}: dots and dashes become underscores.
 */
public record Settings(Map<String, String> values) {
    private static final String ENVIRONMENT_PREFIX = "FLOE_";

    public Settings {
        values = Map.copyOf(values);
    }

    public static Settings of(Map<String, String> values) {
        return new Settings(values);
    }

    /** Reads a YAML file of scalars and maps; throws INVALID_SETTINGS where it is something else. */
    public static Settings fromFile(Path file) {
        try {
            Map<String, String> flat = new TreeMap<>();
            flatten("", new YAMLMapper().readTree(Files.readString(file)), flat);
            return new Settings(flat);
        } catch (JsonProcessingException e) {
            throw new FloeException(
                    ErrorCode.INVALID_SETTINGS, file + " is not valid YAML: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new FloeException(ErrorCode.INVALID_SETTINGS, "can't read the settings file " + file, e);
        }
    }

    /** This, overridden by the others key by key. */
    public Settings with(Map<String, String> overrides) {
        Map<String, String> merged = new TreeMap<>(values);
        merged.putAll(overrides);
        return new Settings(merged);
    }

    /** This, overridden by the environment for each known key. */
    public Settings withEnvironment(Map<String, String> environment, Iterable<String> knownKeys) {
        Map<String, String> merged = new TreeMap<>(values);
        for (String key : knownKeys) {
            String value = environment.get(variableOf(key));
            if (value != null) {
                merged.put(key, value);
            }
        }
        return new Settings(merged);
    }

    /** The environment variable that overrides a key. */
    public static String variableOf(String key) {
        return ENVIRONMENT_PREFIX + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> flat) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                flatten(prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(), field.getValue(), flat);
            }
            return;
        }
        if (node.isArray()) {
            throw new FloeException(
                    ErrorCode.INVALID_SETTINGS, "'" + prefix + "' is a list; settings are single values");
        }
        if (!node.isNull() && !node.isMissingNode() && !prefix.isEmpty()) {
            flat.put(prefix, node.asText());
        }
    }
}
