-- Tables that are or were suspended, or whose writers had to begin anew; a table without a row never was in trouble.
CREATE TABLE table_states (
    table_id VARCHAR(36) NOT NULL PRIMARY KEY REFERENCES tables (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    error_code VARCHAR(64) NOT NULL, -- empty: active
    message TEXT NOT NULL,
    action TEXT NOT NULL,
    suspended_at BIGINT NOT NULL,
    accepted VARCHAR(64) NOT NULL -- the error a person accepted for this generation, or empty
);

-- Epoch of the committer that owns all tables, and how often the job had to begin anew at the tables' offsets.
ALTER TABLE installation ADD COLUMN owner_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE installation ADD COLUMN job_generation BIGINT NOT NULL DEFAULT 0;
