package dev.floe.catalog.table;

import dev.floe.core.name.TableName;
import dev.floe.storage.commit.TableCommitter;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Where tables keep their files, and the Iceberg properties they start with.
 *
 * <p>A location holds the table's id: a table created again under the name shares no file with the dropped one.
 */
public record TableFiles(String warehouse) {
    String location(TableName name, UUID id) {
        return warehouse + "/" + name.tenant() + "/" + name.table() + "-" + id;
    }

    Map<String, String> properties(TableRow table) {
        Map<String, String> properties = new TreeMap<>();
        properties.put("format-version", "3");
        properties.put("write.format.default", "parquet");
        properties.put("write.parquet.compression-codec", "zstd");
        properties.put("write.delete.mode", "merge-on-read");
        properties.put("write.update.mode", "merge-on-read");
        properties.put("write.merge.mode", "merge-on-read");
        // each commit writes a new metadata file: the log of old ones stays short and is removed with them
        properties.put("write.metadata.delete-after-commit.enabled", "true");
        properties.put("write.metadata.previous-versions-max", "50");
        properties.putAll(table.properties());
        properties.put(TableCommitter.TABLE_ID_PROPERTY, table.id().toString());
        return properties;
    }
}
