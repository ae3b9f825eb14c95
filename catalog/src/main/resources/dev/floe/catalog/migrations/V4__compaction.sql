-- What people asked of tables' compaction; a table without a row was never asked anything.
CREATE TABLE table_compactions (
    table_id VARCHAR(36) NOT NULL PRIMARY KEY REFERENCES tables (id) ON DELETE CASCADE,
    paused INTEGER NOT NULL, -- 1: no merge begins
    request BIGINT NOT NULL, -- counts the full compactions asked for; 0: none yet
    running INTEGER NOT NULL, -- 1: the newest one is not complete
    requested_at BIGINT NOT NULL,
    done_at BIGINT NOT NULL
);

-- How far a bucket is with the newest request it knew of.
CREATE TABLE bucket_compactions (
    table_id VARCHAR(36) NOT NULL REFERENCES table_compactions (table_id) ON DELETE CASCADE,
    bucket INTEGER NOT NULL,
    request BIGINT NOT NULL,
    done INTEGER NOT NULL,
    rows_in BIGINT NOT NULL,
    rows_out BIGINT NOT NULL,
    bytes_in BIGINT NOT NULL,
    bytes_out BIGINT NOT NULL,
    millis BIGINT NOT NULL,
    error TEXT NOT NULL,
    reported_at BIGINT NOT NULL,
    PRIMARY KEY (table_id, bucket)
);
