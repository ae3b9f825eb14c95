package dev.floe.cli.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.floe.client.Column;
import dev.floe.client.IndexState;
import dev.floe.client.KeyInfo;
import dev.floe.client.ServerStatus;
import dev.floe.client.ServiceHealth;
import dev.floe.client.TableCompaction;
import dev.floe.client.TableIndex;
import dev.floe.client.TableInfo;
import dev.floe.client.TableMaintenance;
import dev.floe.client.TableSpec;
import dev.floe.client.TableState;
import dev.floe.client.TenantInfo;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** What the catalog answers, as JSON; names are those of table declarations. */
final class Json {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    static <T> ArrayNode array(Collection<T> values, Function<T, ObjectNode> form) {
        ArrayNode array = NODES.arrayNode();
        values.forEach(value -> array.add(form.apply(value)));
        return array;
    }

    static ObjectNode table(TableInfo table) {
        TableSpec spec = table.spec();
        ObjectNode out = NODES.objectNode();
        out.put("tenant", table.tenant());
        out.put("table", spec.name());
        out.put("id", table.id().toString());
        out.put("mode", lower(spec.mode()));
        out.put("schema-version", table.schemaVersion());
        out.put("created-at", table.createdAt().toString());
        out.set("columns", array(spec.columns(), Json::column));
        out.set("key", texts(spec.key()));
        out.put("buckets", spec.buckets());
        out.set("partition-by", texts(spec.partitionBy()));
        out.put("bad-rows", lower(spec.badRows()));
        out.put("version", spec.version());
        out.put("missing", lower(spec.missing()));
        out.set("indexes", array(spec.indexes(), index -> index(index, table.indexes())));
        ObjectNode properties = out.putObject("properties");
        new TreeMap<>(spec.properties()).forEach(properties::put);
        table.state().ifPresent(state -> out.set("state", state(state)));
        table.suspension()
                .ifPresent(why -> out.putObject("suspension")
                        .put("code", why.code())
                        .put("message", why.message())
                        .put("action", why.action())
                        .put("since", why.since().toString()));
        table.compaction().ifPresent(compaction -> out.set("compaction", compaction(compaction)));
        table.maintenance().ifPresent(maintenance -> {
            ObjectNode runs = out.putObject("maintenance");
            maintenance.asked().ifPresent(run -> runs.set("asked", maintenance(run)));
            maintenance.byItself().ifPresent(run -> runs.set("by-itself", maintenance(run)));
        });
        return out;
    }

    static ObjectNode maintenance(TableMaintenance.Run run) {
        return NODES.objectNode()
                .put("request", run.request())
                .put("dry-run", run.dryRun())
                .put("running", run.endedAt().isEmpty())
                .put("begun-at", run.begunAt().toString())
                .put("ended-at", run.endedAt().map(Object::toString).orElse(null))
                .put("step", run.step())
                .put("snapshots-expired", run.snapshotsExpired())
                .put("manifests-rewritten", run.manifestsRewritten())
                .put("files-removed", run.filesRemoved())
                .put("orphans-removed", run.orphansRemoved())
                .put("bytes-removed", run.bytesRemoved())
                .put("files-not-removed", run.filesNotRemoved())
                .put("error", run.error());
    }

    private static ObjectNode index(TableIndex index, List<IndexState> states) {
        ObjectNode out = NODES.objectNode().put("name", index.name());
        out.set("columns", texts(index.columns()));
        states.stream()
                .filter(state -> state.name().equals(index.name()) && state.isKnown())
                .forEach(state -> out.put("files", state.files())
                        .put("files-done", state.filesDone())
                        .put("last-error", state.error()));
        return out;
    }

    static ObjectNode compaction(TableCompaction compaction) {
        ObjectNode out = NODES.objectNode();
        out.put("paused", compaction.paused());
        compaction
                .newest()
                .ifPresent(full -> out.put("request", full.request())
                        .put("running", full.doneAt().isEmpty())
                        .put("requested-at", full.requestedAt().toString())
                        .put("done-at", full.doneAt().map(Object::toString).orElse(null))
                        .put("buckets", full.buckets())
                        .put("buckets-done", full.bucketsDone())
                        .put("rows-in", full.rowsIn())
                        .put("rows-out", full.rowsOut())
                        .put("bytes-in", full.bytesIn())
                        .put("bytes-out", full.bytesOut())
                        .put("merge-seconds", full.mergeSeconds())
                        .put("last-error", full.lastError()));
        return out;
    }

    static ObjectNode key(KeyInfo key) {
        ObjectNode out = NODES.objectNode();
        out.put("id", key.id());
        out.put("tenant", key.tenant());
        out.set("roles", texts(roles(key.roles())));
        out.put("label", key.label());
        out.put("created-at", key.createdAt().toString());
        out.put("revoked-at", key.revokedAt().map(Object::toString).orElse(null));
        return out;
    }

    static ObjectNode tenant(TenantInfo tenant) {
        return NODES.objectNode()
                .put("name", tenant.name())
                .put("created-at", tenant.createdAt().toString());
    }

    static ObjectNode health(ServiceHealth health) {
        return NODES.objectNode()
                .put("service", health.service())
                .put("endpoint", health.endpoint())
                .put("state", lower(health.state()))
                .put("detail", health.detail());
    }

    static ObjectNode server(ServerStatus status) {
        ObjectNode out = NODES.objectNode();
        out.put("version", status.version());
        out.put("uptime-seconds", status.uptime().toSeconds());
        out.put("tenant", status.tenant());
        out.set("roles", texts(roles(status.roles())));
        out.set(
                "components",
                array(
                        status.components(),
                        part -> NODES.objectNode()
                                .put("name", part.name())
                                .put("healthy", part.healthy())
                                .put("detail", part.detail())));
        return out;
    }

    static List<String> roles(Collection<dev.floe.client.Role> roles) {
        return new TreeSet<>(roles).stream().map(Json::lower).toList();
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static ObjectNode column(Column column) {
        ObjectNode out = NODES.objectNode()
                .put("id", column.id())
                .put("name", column.name())
                .put("type", column.type().text())
                .put("required", column.required());
        return column.doc().isEmpty() ? out : out.put("doc", column.doc());
    }

    private static ObjectNode state(TableState state) {
        ObjectNode out = NODES.objectNode();
        // as text: most readers of JSON round whole numbers beyond 2^53
        out.put("snapshot-id", state.snapshotId() == 0 ? null : Long.toString(state.snapshotId()));
        out.put(
                "committed-at",
                state.snapshotId() == 0 ? null : state.committedAt().toString());
        out.put("rows", state.rowCount());
        out.put("data-files", state.dataFiles());
        out.put("data-bytes", state.dataBytes());
        out.put("delete-vectors", state.deleteVectors());
        ObjectNode offsets = out.putObject("bucket-offsets");
        for (Map.Entry<Integer, Long> offset : new TreeMap<>(state.bucketOffsets()).entrySet()) {
            offsets.put(offset.getKey().toString(), offset.getValue());
        }
        return state.location().isEmpty() ? out : out.put("location", state.location());
    }

    private static ArrayNode texts(List<String> values) {
        ArrayNode array = NODES.arrayNode();
        values.forEach(array::add);
        return array;
    }
}
