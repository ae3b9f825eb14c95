package dev.floe.storage.keys;

/**
 * Heap that the key tables of several buckets may take together.
 *
 * <p>Each bucket tells its {@link Share} what it takes. When all together take more than the budget, those that take
 * at least the average are over it: there is always one. Safe for threads.
 */
public final class IndexBudget {
    private final long bytesMax;
    private long bytes;
    private int shares;

    public IndexBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    public static IndexBudget unlimited() {
        return new IndexBudget(Long.MAX_VALUE);
    }

    /** The share of another bucket, which takes nothing yet. */
    public synchronized Share open() {
        shares++;
        return new Share();
    }

    /** Bytes that all shares take. */
    public synchronized long bytes() {
        return bytes;
    }

    /** What one bucket takes. */
    public final class Share implements AutoCloseable {
        private long taken;
        private boolean closed;

        private Share() {}

        /** True where so much could be taken without going over the budget. */
        public boolean allows(long more) {
            synchronized (IndexBudget.this) {
                return bytes + more <= bytesMax;
            }
        }

        /** Says what the bucket takes now; true where it should take less. */
        public boolean take(long now) {
            synchronized (IndexBudget.this) {
                bytes += now - taken;
                taken = now;
                return bytes > bytesMax && (double) now * shares >= bytes;
            }
        }

        @Override
        public void close() {
            synchronized (IndexBudget.this) {
                if (!closed) {
                    take(0);
                    shares--;
                    closed = true;
                }
            }
        }
    }
}
