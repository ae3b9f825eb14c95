package dev.floe.it.slt;

import java.util.Optional;
import java.util.regex.Pattern;

/** Why a record of the suite does not pass; docs/sql.md explains each. */
enum LogicReason {
    /** Floe has no views. */
    VIEWS("(?i)^(CREATE|DROP) VIEW\\b.*", ""),
    TRIGGERS("(?i)^(CREATE|DROP) TRIGGER\\b.*", ""),
    /** No constraint but the primary key. */
    UNIQUE("(?i)^CREATE (UNIQUE INDEX|TABLE .*\\bUNIQUE\\b).*", ""),
    /** Indexes find equal values, which floating numbers are not to be taken for. */
    FLOATING_INDEX("(?i)^CREATE INDEX\\b.*", "can't be indexed"),
    /** Rows of a table without a key are appended and stay. */
    KEYLESS("(?i)^(UPDATE|DELETE)\\b.*", "has no key"),
    /** What no standard has. */
    SQLITES_OWN("(?i)^(REINDEX\\b|REPLACE INTO\\b|INSERT OR REPLACE\\b|.*\\bIN \\(\\)).*", "INVALID_SQL"),
    /** SQLite compares values of any types, and says that those of different ones differ. */
    TYPES("(?i)^SELECT x'[0-9A-F]+' (NOT )?IN .*", "INVALID_SQL"),
    /** A sign before text makes a number of it here, and nothing in SQLite. */
    SIGNED_TEXT("(?i)^SELECT\\b.*[-+] *col[25]\\b.*", "is no DECIMAL"),
    /** A record before it failed, for one of the reasons above, and this one reads what that was to write. */
    FOLLOWS("", "");

    private final Pattern sql;
    private final String error;

    LogicReason(String sql, String error) {
        this.sql = Pattern.compile(sql, Pattern.DOTALL);
        this.error = error;
    }

    /** The reason that a statement tells itself. */
    static Optional<LogicReason> of(String sql, String why) {
        for (LogicReason reason : values()) {
            if (why.startsWith("error")
                    && why.contains(reason.error)
                    && reason.sql.matcher(sql).matches()) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
