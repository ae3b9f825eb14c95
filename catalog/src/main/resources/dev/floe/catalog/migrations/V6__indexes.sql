-- Secondary indexes in force: [{"name": "by_country", "fields": [5]}].
ALTER TABLE tables ADD COLUMN indexes TEXT NOT NULL DEFAULT '[]';

-- Indexes that files are to have, and dropped ones whose files may be there still.
CREATE TABLE table_indexes (
    table_id VARCHAR(36) NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
    fields VARCHAR(255) NOT NULL, -- field ids, such as 5-7
    dropped_at BIGINT NOT NULL, -- 0: in force
    files INTEGER NOT NULL, -- of the snapshot that was looked at last; -1: nobody looked yet
    files_done INTEGER NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (table_id, fields)
);
