package dev.floe.it.fire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All ledgers, and the check of answers against them.
 *
 * <p>A batch's rows in one bucket are one step, so an answer has to be, ledger by ledger, what the batches up to one of
 * them left: nothing of the next, all of the last. Which batch that may be at least, the read's floors say; at most
 * it is the newest that was sent when the answer had come. A read at latest has for floors what was acked when it
 * began, and also what an earlier read had seen: what was seen once does not go away.
 */
final class Books {
    private static final int EXAMPLES_MAX = 3;

    private final Accounts accounts;
    private final List<Ledger> ledgers;

    Books(Accounts accounts) {
        this.accounts = accounts;
        this.ledgers = IntStream.range(0, Accounts.LEDGERS)
                .mapToObj(ledger -> new Ledger(accounts.perLedger()))
                .toList();
    }

    Accounts accounts() {
        return accounts;
    }

    Ledger ledger(int ledger) {
        return ledgers.get(ledger);
    }

    /** Floors of a read at latest that begins now. */
    int[] floors() {
        return ledgers.stream().mapToInt(Ledger::floor).toArray();
    }

    /** The newest batches, whether they arrived or not. */
    int[] made() {
        return ledgers.stream().mapToInt(Ledger::made).toArray();
    }

    /** Floors of a read at the token of a writer's batch, which names that writer's ledgers only. */
    static int[] floorsOf(int writer, int batch) {
        int[] floors = new int[Accounts.LEDGERS];
        for (int bucket = 0; bucket < Accounts.BUCKETS; bucket++) {
            floors[Accounts.ledger(writer, bucket)] = batch;
        }
        return floors;
    }

    /** A read that has ended saw all batches up to these. */
    void saw(int[] cut) {
        for (int ledger = 0; ledger < cut.length; ledger++) {
            ledgers.get(ledger).saw(cut[ledger]);
        }
    }

    /** Which rows of the accounts a read wants. */
    interface Scope {
        Scope ALL = (id, version, balance) -> true;

        boolean has(long id, long version, long balance);
    }

    /** The batch of each ledger that an answer has last, or what is wrong with it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Verdict(int @Nullable [] cut, List<String> wrong) {
        Verdict {
            wrong = List.copyOf(wrong);
        }

        Optional<int[]> found() {
            return Optional.ofNullable(cut);
        }
    }

    Verdict check(Answer answer, Scope scope, int[] floors) {
        return check(answer, scope, floors, made());
    }

    /** Where several batches fit, the verdict has the first. */
    Verdict check(Answer answer, Scope scope, int[] floors, int[] ceilings) {
        List<String> wrong = new ArrayList<>(answer.wrong());
        int[] cut = new int[ledgers.size()];
        for (int i = 0; i < cut.length; i++) {
            int number = i;
            Ledger.Wanted wanted = (slot, version, balance) -> scope.has(accounts.id(number, slot), version, balance);
            Ledger.Match match = ledgers.get(i).match(answer.page(i), wanted, floors[i], ceilings[i]);
            if (match instanceof Ledger.Match.At at) {
                cut[i] = at.batch();
            } else {
                wrong.add(describe(i, answer.page(i), wanted, floors[i], ceilings[i], match));
            }
        }
        return new Verdict(wrong.isEmpty() ? cut : null, wrong);
    }

    private String describe(
            int ledger, Ledger.Page found, Ledger.Wanted wanted, int floor, int ceiling, Ledger.Match match) {
        String where = "ledger " + ledger + ": ";
        if (match instanceof Ledger.Match.Ahead ahead) {
            return where + "has batch " + ahead.batch() + ", and the newest that it can have is " + ahead.newest();
        }
        if (ledgers.get(ledger).match(found, wanted, 0, floor) instanceof Ledger.Match.At stale) {
            return where + "is as after batch " + stale.batch() + ", and batch " + floor + " came before the read";
        }
        Ledger.Match.None none = (Ledger.Match.None) match;
        Ledger.Page page = ledgers.get(ledger).pageAt(none.nearest());
        List<String> examples = new ArrayList<>();
        for (int slot = 0; slot < found.versions.length && examples.size() < EXAMPLES_MAX; slot++) {
            if (Ledger.differs(page, found, wanted, slot)) {
                examples.add("account " + accounts.id(ledger, slot) + " has " + row(found, slot) + " and should have "
                        + row(page, slot));
            }
        }
        return where + "is as after no batch from " + floor + " to " + ceiling + "; of batch " + none.nearest() + " "
                + none.rows() + " rows differ: " + String.join(", ", examples);
    }

    private static String row(Ledger.Page page, int slot) {
        return page.versions[slot] == 0
                ? "no row"
                : "version " + page.versions[slot] + " (" + page.balances[slot] + ")";
    }
}
