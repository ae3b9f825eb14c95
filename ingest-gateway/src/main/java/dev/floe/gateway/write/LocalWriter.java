package dev.floe.gateway.write;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.gateway.flow.ByteBudget;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.wire.ColumnarBatchWriter;
import dev.floe.wire.v1.Batch;
import java.util.concurrent.CompletableFuture;

/**
 * Writes rows of callers in this process: checked, budgeted and stored as those that come over gRPC.
 *
 * <p>Such rows have no stream: a caller that sends them again after a lost answer may append them twice.
 */
public final class LocalWriter {
    private final BatchWriter writer;
    private final ByteBudget budget;

    public LocalWriter(BatchWriter writer, ByteBudget budget) {
        this.writer = writer;
        this.budget = budget;
    }

    /** Completes when the rows are durable. Throws PERMISSION_DENIED, OVERLOADED, and what BatchWriter throws. */
    public CompletableFuture<Stored> write(Principal principal, TableDefinition table, ColumnBatch rows) {
        principal.require(Role.WRITER);
        Batch batch =
                Batch.newBuilder().setColumnar(ColumnarBatchWriter.write(rows)).build();
        BatchRequest request = new BatchRequest(table.name().table(), batch, table.schemaVersion());
        writer.counters().received(batch.getSerializedSize());
        CompletableFuture<Stored> answer = new CompletableFuture<>();
        budget.acquire(batch.getSerializedSize(), lease -> {
            try {
                CompletableFuture<Stored> unused = writer.write(principal, request)
                        .whenComplete((stored, failure) -> {
                            lease.release();
                            if (failure == null) {
                                answer.complete(stored);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        });
            } catch (RuntimeException | Error e) {
                lease.release();
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }
}
