package dev.floe.it.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.TableSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The books accept what a read may have, and name what is wrong with an answer that was tampered with. */
class BooksTest {
    private static final int BATCHES = 600;
    private static final int SLOTS = 10;

    private final Accounts accounts = new Accounts(SLOTS);
    private final Books books = new Books(accounts);

    /** Each batch gives slot 0 a unit of slot 1, sets another slot, and deletes slot 9 every third time. */
    @BeforeEach
    void write() {
        for (int ledger = 0; ledger < Accounts.LEDGERS; ledger++) {
            long[] opened = new long[SLOTS];
            Arrays.fill(opened, Accounts.BALANCE);
            books.ledger(ledger).add(new Ledger.Change(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, opened));
            for (int n = 2; n <= BATCHES; n++) {
                long last = n % 3 == 0 ? Ledger.DELETED : n;
                books.ledger(ledger).add(new Ledger.Change(new int[] {0, 1, 2 + n % 6, 9}, new long[] {
                    Accounts.BALANCE + n, Accounts.BALANCE - n, n, last
                }));
            }
        }
    }

    /** Rows of all ledgers after a batch, in the order of the accounts. */
    private List<Object[]> rowsAt(int batch) {
        List<Object[]> rows = new ArrayList<>();
        for (int ledger = 0; ledger < Accounts.LEDGERS; ledger++) {
            Ledger.Page page = books.ledger(ledger).pageAt(batch);
            for (int slot = 0; slot < SLOTS; slot++) {
                if (page.versions[slot] != 0) {
                    rows.add(row(accounts.id(ledger, slot), ledger, page.versions[slot], page.balances[slot]));
                }
            }
        }
        return rows;
    }

    private static Object[] row(long id, int ledger, long version, long balance) {
        return new Object[] {
            id, ledger % Accounts.BUCKETS, balance, version, Accounts.tag(id, version), Accounts.note(id, version)
        };
    }

    private Books.Verdict verdict(List<Object[]> rows, int floor, int ceiling) {
        Answer answer = new Answer(accounts);
        rows.forEach(answer::add);
        return books.check(answer, Books.Scope.ALL, all(floor), all(ceiling));
    }

    private static int[] all(int batch) {
        int[] all = new int[Accounts.LEDGERS];
        Arrays.fill(all, batch);
        return all;
    }

    private void requireWrong(List<Object[]> rows, String... words) {
        assertThat(verdict(rows, 299, 305).wrong())
                .anySatisfy(what -> assertThat(what).contains(words));
    }

    @Test
    void acceptsAnyCutBetweenFloorAndCeiling() {
        for (int batch = 0; batch <= BATCHES; batch++) {
            assertThat(verdict(rowsAt(batch), Math.max(0, batch - 7), Math.min(BATCHES, batch + 7))
                            .found())
                    .hasValue(all(batch));
        }
    }

    @Test
    void acceptsAnotherCutInEachLedger() {
        List<Object[]> rows = new ArrayList<>(rowsAt(300));
        rows.removeIf(row -> accounts.number((Long) row[0]) < SLOTS);
        rowsAt(303).stream()
                .filter(row -> accounts.number((Long) row[0]) < SLOTS)
                .forEach(rows::add);
        int[] cut = all(300);
        cut[0] = 303;
        assertThat(verdict(rows, 299, 305).found()).hasValue(cut);
    }

    @Test
    void namesALostRow() {
        List<Object[]> rows = rowsAt(301);
        Object[] lost = rows.remove(2);
        requireWrong(rows, "account " + lost[0] + " has no row", "of batch 301 1 rows differ");
    }

    @Test
    void namesARowThatIsThereTwice() {
        List<Object[]> rows = rowsAt(301);
        rows.add(rows.get(4));
        requireWrong(rows, "two rows of " + rows.get(4)[0]);
    }

    @Test
    void namesARowThatIsDeleted() {
        List<Object[]> rows = rowsAt(300);
        rows.add(row(accounts.id(0, 9), 0, 299, 299));
        requireWrong(rows, "account " + accounts.id(0, 9) + " has version 299", "should have no row");
    }

    @Test
    void namesAnOlderVersionOfOneRow() {
        List<Object[]> rows = rowsAt(301);
        rows.set(0, row(accounts.id(0, 0), 0, 300, Accounts.BALANCE + 300));
        requireWrong(rows, "has version 300 (1300) and should have version 301 (1301)");
    }

    @Test
    void namesHalfABatch() {
        List<Object[]> rows = rowsAt(301);
        rows.set(0, row(accounts.id(0, 0), 0, 302, Accounts.BALANCE + 302));
        requireWrong(rows, "ledger 0: is as after no batch from 299 to 305");
    }

    @Test
    void namesAnAnswerThatIsTooOld() {
        requireWrong(rowsAt(298), "is as after batch 298, and batch 299 came before the read");
    }

    @Test
    void namesAnAnswerThatWasNotSentYet() {
        requireWrong(rowsAt(306), "has batch 306, and the newest that it can have is 305");
    }

    @Test
    void namesABalanceOfAnotherRow() {
        List<Object[]> rows = rowsAt(301);
        rows.get(3)[2] = 7L;
        requireWrong(rows, "(7) and should have");
    }

    @Test
    void namesARowMadeOfTwo() {
        List<Object[]> rows = rowsAt(301);
        rows.get(3)[5] = Accounts.note((Long) rows.get(3)[0], 1);
        requireWrong(rows, "was never sent");
    }

    @Test
    void aReadThatSawABatchIsTheFloorOfTheNext() {
        books.ledger(0).ack(10);
        books.saw(all(12));
        assertThat(books.floors()[0]).isEqualTo(12);
        books.ledger(0).ack(15);
        assertThat(books.floors()[0]).isEqualTo(15);
    }

    @Test
    void aSnapshotKeepsItsCutAndItsPlace() {
        Snapshots snapshots = new Snapshots();
        assertThat(snapshots.add(snapshot(1, 1_000, 0), all(10))).isEmpty();
        assertThat(snapshots.add(snapshot(3, 3_000, 0), all(30))).isEmpty();
        assertThat(snapshots.add(snapshot(1, 1_000, 0), all(10))).isEmpty();
        assertThat(snapshots.add(snapshot(1, 1_000, 0), all(11))).anyMatch(what -> what.contains("and had"));
        assertThat(snapshots.add(snapshot(2, 2_000, 0), all(31))).anyMatch(what -> what.contains("between"));
        assertThat(snapshots.add(snapshot(4, 4_000, 5), all(40))).anyMatch(what -> what.contains("rows of the log"));
    }

    private static TableSnapshot snapshot(long id, long millis, long tailRows) {
        return new TableSnapshot(Accounts.TABLE, id, Instant.ofEpochMilli(millis), tailRows, "");
    }
}
