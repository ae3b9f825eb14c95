-- The newest maintenance of each table: one row of what people asked for, one of what runs by itself.
CREATE TABLE maintenance_runs (
    table_id VARCHAR(36) NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
    asked INTEGER NOT NULL, -- 1: a person asked for it
    request BIGINT NOT NULL, -- counts what was asked for; 0: runs by itself
    dry INTEGER NOT NULL, -- 1: counts only, changes nothing
    begun_at BIGINT NOT NULL, -- of what was asked for: when
    ended_at BIGINT NOT NULL, -- 0: it did not end yet
    orphans_at BIGINT NOT NULL, -- when orphans were looked for last; 0: never
    step VARCHAR(16) NOT NULL,
    snapshots_expired BIGINT NOT NULL,
    manifests_rewritten BIGINT NOT NULL,
    files_removed BIGINT NOT NULL,
    orphans_removed BIGINT NOT NULL,
    bytes_removed BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (table_id, asked)
);

-- All changes handed to the owner's committer before this time are committed or void; 0: it did not say.
ALTER TABLE installation ADD COLUMN settled_through BIGINT NOT NULL DEFAULT 0;
