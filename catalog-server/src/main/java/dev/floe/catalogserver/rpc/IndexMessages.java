package dev.floe.catalogserver.rpc;

import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.IndexProgress;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableIndex;
import dev.floe.wire.v1.IndexSpec;
import dev.floe.wire.v1.IndexState;
import dev.floe.wire.v1.TableDescription;
import java.util.List;

/** Tables' secondary indexes as messages. */
final class IndexMessages {
    private IndexMessages() {}

    static DeclaredIndex declared(IndexSpec wire) {
        return new DeclaredIndex(wire.getName(), wire.getColumnsList());
    }

    static List<IndexSpec> specs(TableDefinition table) {
        return table.indexes().stream()
                .map(index -> IndexSpec.newBuilder()
                        .setName(index.name())
                        .addAllColumns(index.columns(table.schema()))
                        .build())
                .toList();
    }

    /** The description with how far the indexes are. */
    static TableDescription add(
            TableDescription description, TableDefinition table, List<IndexProgress> progress, boolean withErrors) {
        TableDescription.Builder out = description.toBuilder();
        for (TableIndex index : table.indexes()) {
            IndexState.Builder state =
                    IndexState.newBuilder().setName(index.name()).setFiles(IndexProgress.UNKNOWN);
            progress.stream()
                    .filter(each -> each.fields().equals(index.fields()))
                    .forEach(each -> state.setFiles(each.files())
                            .setFilesDone(each.filesDone())
                            .setError(withErrors ? each.error() : ""));
            out.addIndexes(state);
        }
        return out.build();
    }
}
