package dev.floe.it.fire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one read, sorted into ledgers; what is wrong with a row by itself is noted at once. */
final class Answer {
    private static final int WRONG_MAX = 5;

    private final Accounts accounts;
    private final Ledger.Page[] pages = new Ledger.Page[Accounts.LEDGERS];
    private final List<String> wrong = new ArrayList<>();
    private int rows;

    Answer(Accounts accounts) {
        this.accounts = accounts;
        for (int ledger = 0; ledger < pages.length; ledger++) {
            pages[ledger] = new Ledger.Page(accounts.perLedger());
        }
    }

    /** Adds a row with its values in the order of {@link Accounts#COLUMNS}. */
    void add(@Nullable Object... row) {
        rows++;
        long id = number(row[0]);
        int number = accounts.number(id);
        if (number < 0) {
            wrong("no account has the id " + id);
            return;
        }
        long version = number(row[3]);
        int ledger = number / accounts.perLedger();
        List<Object> derived = List.of((long) (ledger % Accounts.BUCKETS), (long) Accounts.tag(id, version));
        if (!derived.equals(List.of(number(row[1]), number(row[4])))
                || !Accounts.note(id, version).equals(row[5])) {
            wrong("the row of " + id + " was never sent: bucket " + row[1] + ", version " + version + ", tag " + row[4]
                    + ", '" + row[5] + "'");
        }
        Ledger.Page page = pages[ledger];
        int slot = number % accounts.perLedger();
        if (page.versions[slot] != 0) {
            wrong("two rows of " + id + ": versions " + page.versions[slot] + " and " + version);
        }
        page.set(slot, version, number(row[2]));
    }

    Ledger.Page page(int ledger) {
        return pages[ledger];
    }

    int rows() {
        return rows;
    }

    /** What is wrong whatever the cut. */
    List<String> wrong() {
        return wrong;
    }

    private void wrong(String what) {
        if (wrong.size() < WRONG_MAX) {
            wrong.add(what);
        }
    }

    /** A whole number of any width; -1 for NULL, which no column has. */
    static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : -1;
    }
}
