package dev.floe.jobs.maintain;

import dev.floe.catalog.table.MaintenanceOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Which tables are due; each is handed out once until the catalog says that it was done.
 *
 * <p>What people asked for comes first. When a table was done last is known from the catalog only, so that a restart of
 * the job changes nothing. One that was handed out and is not heard of is handed out again by the next run of the job.
 */
final class Schedule {
    private final MaintenanceJobSettings settings;
    /** Requests as they were handed out. */
    private final Map<UUID, Long> requests = new HashMap<>();
    /** When tables had run last, as they were handed out. */
    private final Map<UUID, Instant> runs = new HashMap<>();

    Schedule(MaintenanceJobSettings settings) {
        this.settings = settings;
    }

    List<DueTable> due(List<MaintenanceOrder> orders, Instant now) {
        List<DueTable> asked = new ArrayList<>();
        List<DueTable> byThemselves = new ArrayList<>();
        Set<UUID> known = new HashSet<>();
        for (MaintenanceOrder order : orders) {
            UUID id = order.tableId();
            known.add(id);
            if (order.request() > 0 && requests.getOrDefault(id, 0L) != order.request()) {
                requests.put(id, order.request());
                asked.add(due(id, order.request(), order.dry(), true));
            }
            boolean isHanded = order.ranAt().equals(runs.get(id));
            if (settings.enabled() && !isHanded && isPast(order.ranAt().plus(settings.interval()), now)) {
                runs.put(id, order.ranAt());
                boolean orphans = isPast(order.orphansAt().plus(settings.orphanInterval()), now);
                byThemselves.add(due(id, 0, false, orphans));
            }
        }
        requests.keySet().retainAll(known);
        runs.keySet().retainAll(known);
        asked.addAll(byThemselves);
        return asked;
    }

    private static DueTable due(UUID id, long request, boolean dry, boolean orphans) {
        return new DueTable(id.getMostSignificantBits(), id.getLeastSignificantBits(), request, dry, orphans);
    }

    private static boolean isPast(Instant time, Instant now) {
        return !time.isAfter(now);
    }
}
