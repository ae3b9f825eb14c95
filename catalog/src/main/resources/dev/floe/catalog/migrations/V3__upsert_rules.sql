-- Which column orders the rows of a key ('' for none), and what an upsert does to columns it lacks.
ALTER TABLE tables ADD COLUMN version_column VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE tables ADD COLUMN missing_columns VARCHAR(16) NOT NULL DEFAULT 'NULL';
