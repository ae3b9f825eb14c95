package dev.floe.storage.commit;

import dev.floe.storage.log.LogId;

/**
 * Identity of one commit attempt, Floe's own and stable over restarts of the job.
 *
 * @param sinkId the installation's sink, the same for as long as its catalog lives
 * @param log the log whose offsets are committed
 * @param epoch rises with every start of the committer; a commit of a lower epoch than the table's is refused
 * @param checkpointId the checkpoint whose changes are committed, for people to read
 */
public record CommitId(String sinkId, LogId log, long epoch, long checkpointId) {
    /** A commit of changes that come from no log in particular. */
    public CommitId(String sinkId, long epoch, long checkpointId) {
        this(sinkId, LogId.ANY, epoch, checkpointId);
    }
}
