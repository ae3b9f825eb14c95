-- Jobs that owned the tables at some time, each with the epoch that it had last.
CREATE TABLE owners (
    job_id VARCHAR(36) PRIMARY KEY,
    epoch BIGINT NOT NULL
);
