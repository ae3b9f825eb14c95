package dev.floe.it.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Everything the nemesis can do, with the places where a process dies by itself.
 *
 * <p>A fault is named by its place or by its constant; several go by the same number of the fault list.
 */
enum Fault {
    BEFORE_APPEND("F1", "gateway.before-append", Kind.GATEWAY_DIES),
    AFTER_APPEND("F1", "gateway.after-append", Kind.GATEWAY_DIES),
    BEFORE_ACK("F1", "gateway.before-ack", Kind.GATEWAY_DIES),
    BEFORE_AGREE("F1", "gateway.before-agree", Kind.GATEWAY_DIES),
    AFTER_AGREE("F1", "gateway.after-agree", Kind.GATEWAY_DIES),
    GATEWAY_KILL("F1", "", Kind.ACTION),
    BROKER_KILL("F2", "", Kind.ACTION),
    BEFORE_FLUSH("F3", "writer.before-flush", Kind.STANDALONE_DIES),
    MID_FLUSH("F3", "writer.mid-flush", Kind.STANDALONE_DIES),
    AFTER_FILES("F3", "writer.after-files", Kind.STANDALONE_DIES),
    AFTER_CHECKPOINT("F3", "committer.after-checkpoint", Kind.STANDALONE_DIES),
    BEFORE_COMMIT("F3", "committer.before-commit", Kind.STANDALONE_DIES),
    MID_COMMIT("F3", "catalog.after-metadata", Kind.STANDALONE_DIES),
    AFTER_COMMIT("F18", "committer.after-commit", Kind.STANDALONE_DIES),
    TASK_FAILS_IN_FLUSH("F4", "writer.mid-flush", Kind.THROWS),
    TASK_FAILS_AFTER_FILES("F4", "writer.after-files", Kind.THROWS),
    TASK_FAILS_AFTER_CHECKPOINT("F4", "committer.after-checkpoint", Kind.THROWS),
    COMMIT_FAILS("F4", "committer.before-commit", Kind.THROWS),
    EVERYTHING_KILLED("F5", "", Kind.ACTION),
    CHECKPOINT_TORN("F7", "", Kind.WHILE_DOWN),
    LOG_TORN("F8", "", Kind.WHILE_DOWN),
    ANSWER_LOST("F15", "catalog.answer", Kind.ACTION),
    NOTIFICATIONS_LOST("F19", "committer.notification", Kind.ACTION),
    OLDER_CHECKPOINT("F21", "", Kind.WHILE_DOWN),
    NO_CHECKPOINT("F22", "", Kind.WHILE_DOWN),
    ZOMBIE("F23", "", Kind.ACTION),
    TWO_JOBS("F24", "", Kind.ACTION),
    COLUMNS_CHANGE("F33", "", Kind.ACTION),
    RETENTION_GAP("F35", "", Kind.AT_THE_END),
    LOG_WIPED("F36", "", Kind.AT_THE_END),
    TABLE_SWAPPED("F37", "", Kind.AT_THE_END),
    TABLE_ROLLED_BACK("F38", "", Kind.ACTION),
    MID_COMPACTION("F42", "compact.mid", Kind.STANDALONE_DIES),
    COMPACTED("F42", "compact.before-install", Kind.STANDALONE_DIES),
    AT_INSTALL("F42", "writer.at-install", Kind.STANDALONE_DIES);

    private final String row;
    private final String place;
    private final Kind kind;

    Fault(String row, String place, Kind kind) {
        this.row = row;
        this.place = place;
        this.kind = kind;
    }

    /** How a fault comes about. */
    enum Kind {
        STANDALONE_DIES,
        GATEWAY_DIES,
        /** The place throws, and the job starts again by itself. */
        THROWS,
        /** The data folder is damaged between two lives. */
        WHILE_DOWN,
        ACTION,
        /** The tables stop with an error, and go on once a person has mended it. */
        AT_THE_END
    }

    String row() {
        return row;
    }

    String place() {
        return place;
    }

    Kind kind() {
        return kind;
    }

    /** Of the faults that take several lives each, those that a seed takes its turn at. */
    static List<Fault> turn(List<Fault> faults, long seed) {
        List<Fault> rivals = faults.stream()
                .filter(fault -> fault == ZOMBIE || fault == TWO_JOBS)
                .toList();
        List<Fault> ends =
                faults.stream().filter(fault -> fault.kind == Kind.AT_THE_END).toList();
        List<Fault> taken = new ArrayList<>(faults);
        for (List<Fault> alternatives : List.of(rivals, ends)) {
            for (int i = 0; i < alternatives.size(); i++) {
                if (i != seed % alternatives.size()) {
                    taken.remove(alternatives.get(i));
                }
            }
        }
        return taken;
    }

    /** Faults by number, place or name, separated by commas; {@code all} for all of them. */
    static List<Fault> parse(String text) {
        if (text.equals("all")) {
            return List.of(values());
        }
        List<Fault> faults = new ArrayList<>();
        for (String word : text.split(",")) {
            List<Fault> named = Arrays.stream(values())
                    .filter(fault -> fault.row.equals(word)
                            || fault.place.equals(word)
                            || fault.name().equals(word.toUpperCase(Locale.ROOT).replace('-', '_')))
                    .toList();
            if (named.isEmpty()) {
                throw new IllegalArgumentException("no fault is named " + word);
            }
            faults.addAll(named);
        }
        return faults;
    }
}
