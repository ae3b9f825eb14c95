package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import java.util.Set;

/**
 * Whether a table takes commits, and of which writers.
 *
 * <p>Each time writers have to begin anew at the table, because it was suspended or is not what they took it for, its
 * generation rises. What writers of an earlier generation made is void; the log still has it.
 *
 * @param suspended nothing is written or committed until a person resumes the table
 * @param accepted errors that a person has decided to live with; they hold for this generation at most
 */
public record TableState(long generation, boolean suspended, Set<ErrorCode> accepted) {
    /** A table nothing ever happened to. */
    public static final TableState NORMAL = new TableState(0, false, Set.of());

    public TableState {
        accepted = Set.copyOf(accepted);
    }
}
