package dev.floe.it.fire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What each batch of a writer did to its accounts in one bucket, from the first batch on.
 *
 * <p>A batch is added before it is sent, so that nothing can be read that is not here. One thread adds; any may read.
 */
final class Ledger {
    /** Balance of an account that a batch deletes. */
    static final long DELETED = Long.MIN_VALUE;

    private static final int BATCHES_A_PAGE = 256;

    private final List<Change> changes = new ArrayList<>();
    private final List<Page> pages = new ArrayList<>();
    private final Page newest;
    private final AtomicInteger acked = new AtomicInteger();
    private final AtomicInteger seen = new AtomicInteger();

    Ledger(int slots) {
        newest = new Page(slots);
        pages.add(newest.copy());
    }

    /** What one batch does: new balances of some slots, each slot once. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Change(int[] slots, long[] balances) {}

    /** Balance and version of each slot; version 0 where there is no row. */
    static final class Page {
        final long[] versions;
        final long[] balances;

        Page(int slots) {
            this(new long[slots], new long[slots]);
        }

        private Page(long[] versions, long[] balances) {
            this.versions = versions;
            this.balances = balances;
        }

        Page copy() {
            return new Page(versions.clone(), balances.clone());
        }

        void set(int slot, long version, long balance) {
            boolean gone = balance == DELETED;
            versions[slot] = gone ? 0 : version;
            balances[slot] = gone ? 0 : balance;
        }

        private void apply(Change change, long number) {
            for (int i = 0; i < change.slots.length; i++) {
                set(change.slots[i], number, change.balances[i]);
            }
        }
    }

    /** Adds the next batch and returns its number, counted from 1. */
    synchronized int add(Change change) {
        changes.add(change);
        newest.apply(change, changes.size());
        if (changes.size() % BATCHES_A_PAGE == 0) {
            pages.add(newest.copy());
        }
        return changes.size();
    }

    /** After the newest batch; only for the thread that adds. */
    Page newest() {
        return newest;
    }

    /** Number of the newest batch, whether it arrived or not. */
    synchronized int made() {
        return changes.size();
    }

    void ack(int batch) {
        acked.accumulateAndGet(batch, Math::max);
    }

    /** A read that has ended had this batch. */
    void saw(int batch) {
        seen.accumulateAndGet(batch, Math::max);
    }

    /** A read at latest that begins now has at least this batch. */
    int floor() {
        return Math.max(acked.get(), seen.get());
    }

    synchronized Page pageAt(int batch) {
        int first = batch / BATCHES_A_PAGE;
        Page page = pages.get(first).copy();
        for (int n = first * BATCHES_A_PAGE; n < batch; n++) {
            page.apply(changes.get(n), n + 1);
        }
        return page;
    }

    /** The batches after {@code from} up to {@code to}. */
    synchronized List<Change> changes(int from, int to) {
        return List.copyOf(changes.subList(from, to));
    }

    /** Which of a page's rows a read wants. */
    interface Wanted {
        boolean has(int slot, long version, long balance);
    }

    /** The first batch from a floor to a ceiling at which the ledger's wanted rows are those found. */
    Match match(Page found, Wanted wanted, int floor, int ceiling) {
        // a page below the newest version found can't have that version
        int from = Math.max(floor, (int) Arrays.stream(found.versions).max().orElse(0));
        if (from > ceiling) {
            return new Match.Ahead(from, ceiling);
        }
        Page page = pageAt(from);
        int wrong = 0;
        for (int slot = 0; slot < found.versions.length; slot++) {
            wrong += differs(page, found, wanted, slot) ? 1 : 0;
        }
        int least = wrong;
        int leastAt = from;
        int batch = from;
        for (Change change : changes(from, ceiling)) {
            if (wrong == 0) {
                break;
            }
            batch++;
            for (int i = 0; i < change.slots.length; i++) {
                int slot = change.slots[i];
                wrong -= differs(page, found, wanted, slot) ? 1 : 0;
                page.set(slot, batch, change.balances[i]);
                wrong += differs(page, found, wanted, slot) ? 1 : 0;
            }
            if (wrong < least) {
                least = wrong;
                leastAt = batch;
            }
        }
        return wrong == 0 ? new Match.At(batch) : new Match.None(leastAt, least);
    }

    static boolean differs(Page page, Page found, Wanted wanted, int slot) {
        boolean expected = page.versions[slot] != 0 && wanted.has(slot, page.versions[slot], page.balances[slot]);
        return expected
                ? page.versions[slot] != found.versions[slot] || page.balances[slot] != found.balances[slot]
                : found.versions[slot] != 0;
    }

    /** Where in a ledger's history an answer belongs. */
    sealed interface Match {
        record At(int batch) implements Match {}

        /** It has a batch that is newer than any it can have. */
        record Ahead(int batch, int newest) implements Match {}

        /** Nowhere; nearest is a batch at which so many rows differ. */
        record None(int nearest, int rows) implements Match {}
    }
}
