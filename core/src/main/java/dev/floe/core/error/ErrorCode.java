package dev.floe.core.error;

import static dev.floe.core.error.ErrorKind.DENIED;
import static dev.floe.core.error.ErrorKind.INTERNAL;
import static dev.floe.core.error.ErrorKind.INVALID;
import static dev.floe.core.error.ErrorKind.UNAVAILABLE;

/** Every error a client can see. Numbers are stable and never reused; hundreds group by topic. */
public enum ErrorCode {
    // 1xx: the request
    INVALID_ARGUMENT(100, INVALID),
    INVALID_NAME(101, INVALID),
    MESSAGE_TOO_LARGE(102, INVALID),
    TOO_MANY_ROWS(103, INVALID),
    MALFORMED_BATCH(104, INVALID),
    UNSUPPORTED(105, INVALID),

    // 2xx: rows
    UNKNOWN_COLUMN(200, INVALID),
    WRONG_TYPE(201, INVALID),
    VALUE_OUT_OF_RANGE(202, INVALID),
    MISSING_VALUE(203, INVALID),
    INVALID_UTF8(204, INVALID),
    BATCH_REJECTED(205, INVALID),
    SCHEMA_VERSION_MISMATCH(206, INVALID),
    WRONG_OPERATION(207, INVALID),
    OFFSET_OUT_OF_RANGE(208, INVALID),
    STREAM_FENCED(209, INVALID),

    // 3xx: catalog
    TABLE_NOT_FOUND(300, INVALID),
    TABLE_EXISTS(301, INVALID),
    TENANT_NOT_FOUND(302, INVALID),
    TENANT_EXISTS(303, INVALID),
    INVALID_TABLE(304, INVALID),
    KEY_NOT_FOUND(305, INVALID),
    SNAPSHOT_NOT_FOUND(306, INVALID),

    // 4xx: identity
    UNAUTHENTICATED(400, DENIED),
    PERMISSION_DENIED(401, DENIED),

    // 5xx: SQL
    INVALID_SQL(500, INVALID),
    QUERY_TOO_COMPLEX(501, INVALID),
    ROW_LIMIT_EXCEEDED(502, INVALID),
    QUERY_CANCELLED(503, INVALID),
    QUERY_TIMEOUT(504, UNAVAILABLE),
    INVALID_PARAMETER(505, INVALID),
    QUERY_MEMORY_EXCEEDED(506, UNAVAILABLE),
    STATEMENT_NOT_FOUND(507, INVALID),

    // 6xx: capacity and outages
    OVERLOADED(600, UNAVAILABLE),
    LOG_UNAVAILABLE(601, UNAVAILABLE),
    DISK_FULL(602, UNAVAILABLE),
    SHUTTING_DOWN(603, UNAVAILABLE),
    CATALOG_UNAVAILABLE(604, UNAVAILABLE),
    NOT_VISIBLE_YET(605, UNAVAILABLE),
    SERVER_UNREACHABLE(606, UNAVAILABLE),
    DATA_UNREADABLE(607, ErrorKind.INTERNAL),
    STORAGE_UNAVAILABLE(608, UNAVAILABLE),

    // 7xx: running a server
    INVALID_SETTINGS(700, INVALID),
    PORT_IN_USE(701, INVALID),
    DATA_FOLDER_LOCKED(702, INVALID),
    DATA_FOLDER_NEWER(703, INVALID),
    DATA_FOLDER_UNUSABLE(704, INVALID),

    // 8xx: log, table and job no longer fit together; a person decides
    RETENTION_GAP(800, INTERNAL),
    TOPIC_RESET(801, INTERNAL),
    TABLE_CHANGED(802, INTERNAL),
    LOG_ENTRY_CORRUPT(803, INTERNAL),
    COMMIT_CONFLICT(804, INTERNAL),
    WRITER_FENCED(805, INTERNAL),
    TABLE_SUSPENDED(806, INTERNAL),
    LOG_TRUNCATED(807, INTERNAL),

    // 9xx: outcomes and defects
    OUTCOME_UNKNOWN(900, ErrorKind.UNKNOWN_OUTCOME),
    DEFECT(999, INTERNAL);

    private final int number;
    private final ErrorKind kind;

    ErrorCode(int number, ErrorKind kind) {
        this.number = number;
        this.kind = kind;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** False where callers are told no more than that the server failed, and its log says why. */
    public boolean isTold() {
        return kind != INTERNAL || this == DATA_UNREADABLE;
    }
}
