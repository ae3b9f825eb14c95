package dev.floe.storage.commit;

/**
 * Identity of one commit attempt, Floe's own and stable over restarts of the job.
 *
 * @param sinkId the installation's sink, the same for as long as its log lives
 * @param epoch rises with every start of the job; a commit of a lower epoch than the table's is refused
 * @param checkpointId the checkpoint whose changes are committed, for people to read
 */
public record CommitId(String sinkId, long epoch, long checkpointId) {}
