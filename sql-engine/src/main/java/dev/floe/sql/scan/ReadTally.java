package dev.floe.sql.scan;

import dev.floe.sql.engine.ReadCount;
import dev.floe.storage.run.PageTally;
import java.util.EnumMap;
import java.util.Map;

/** Counts what reads of one table come by; for one thread. */
public final class ReadTally {
    private final Map<ReadCount, Long> sums = new EnumMap<>(ReadCount.class);
    private final PageTally pages;

    /** A thorough one tells pages apart, for an explanation. */
    public ReadTally(boolean thorough) {
        this.pages = new PageTally(thorough);
    }

    public void add(ReadCount count, long more) {
        sums.merge(count, more, Long::sum);
    }

    public long sum(ReadCount count) {
        return sums.getOrDefault(count, 0L);
    }

    /** Pages that rows were looked up in. */
    public PageTally pages() {
        return pages;
    }

    /** All that planned files, and the tail, have for a scan. */
    public void scan(FilePlan plan) {
        add(ReadCount.SCANS, 1);
        add(ReadCount.FILES, plan.pruned().total());
        add(ReadCount.ROW_GROUPS, plan.view().files().rowGroups());
        plan.files().forEach(this::file);
        add(ReadCount.TAIL_ROWS, plan.view().tail().rowCount());
    }

    /** A file that is read from its beginning. */
    void file(LiveFile file) {
        add(ReadCount.FILES_KEPT, 1);
        add(ReadCount.ROW_GROUPS_KEPT, file.rowGroups());
        add(ReadCount.ROWS, file.file().recordCount());
        add(ReadCount.DEAD_ROWS, file.deadRows());
    }

    /** Of everything that it came by. */
    public Map<ReadCount, Long> sums() {
        add(ReadCount.PAGES, pages.wanted() - sum(ReadCount.PAGES));
        add(ReadCount.PAGES_READ, pages.pagesRead() - sum(ReadCount.PAGES_READ));
        return Map.copyOf(sums);
    }
}
