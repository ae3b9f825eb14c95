package dev.floe.jobs.ingest;

/**
 * Priorities of the job's threads beside the reads and acks of the same process.
 *
 * <p>A lookup is some hops between threads, each of which needs a core for less than a millisecond; a flush or a merge
 * needs one for a second and nobody waits for it. That holds while the job keeps up: once it is behind the log, reads
 * wait for it too, and it has its share of the cores again. Nothing is right or wrong by them: the Java virtual machine
 * hands priorities on to the system only where it is told to, as {@code ./floe} does.
 */
@SuppressWarnings("ThreadPriorityCheck") // no order between threads rests on them
final class ThreadPriorities {
    private ThreadPriorities() {}

    /** For merges and for building indexes. */
    static void background(Thread thread) {
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /** For threads that fill memtables and flush them. */
    static void writer(Thread thread) {
        thread.setPriority(Thread.MIN_PRIORITY + 1);
    }

    /** For either while the job is behind. */
    static void behind(Thread thread) {
        thread.setPriority(Thread.NORM_PRIORITY);
    }
}
