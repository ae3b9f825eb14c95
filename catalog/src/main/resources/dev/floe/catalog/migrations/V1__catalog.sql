-- Valid for SQLite and Postgres. Times are microseconds since 1970-01-01T00:00Z, lists and maps JSON, ids UUID text.

-- The Iceberg JDBC catalog's own tables, as Iceberg 1.11 reads them (its schema version V1).
CREATE TABLE iceberg_tables (
    catalog_name VARCHAR(255) NOT NULL,
    table_namespace VARCHAR(255) NOT NULL,
    table_name VARCHAR(255) NOT NULL,
    metadata_location VARCHAR(1000),
    previous_metadata_location VARCHAR(1000),
    iceberg_type VARCHAR(5),
    PRIMARY KEY (catalog_name, table_namespace, table_name)
);

CREATE TABLE iceberg_namespace_properties (
    catalog_name VARCHAR(255) NOT NULL,
    namespace VARCHAR(255) NOT NULL,
    property_key VARCHAR(255) NOT NULL,
    property_value VARCHAR(1000),
    PRIMARY KEY (catalog_name, namespace, property_key)
);

-- One row: this installation.
CREATE TABLE installation (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    sink_id VARCHAR(36) NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE tenants (
    name VARCHAR(63) NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE tables (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant VARCHAR(63) NOT NULL REFERENCES tenants (name),
    name VARCHAR(63) NOT NULL,
    mode VARCHAR(16) NOT NULL,
    key_columns TEXT NOT NULL,
    buckets INTEGER NOT NULL,
    partition_by TEXT NOT NULL,
    bad_rows VARCHAR(16) NOT NULL,
    properties TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant, name)
);

CREATE TABLE table_versions (
    table_id VARCHAR(36) NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    schema_json TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (table_id, version)
);

-- What dropped tables left behind, for whoever removes their files.
CREATE TABLE dropped_tables (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant VARCHAR(63) NOT NULL,
    name VARCHAR(63) NOT NULL,
    location TEXT NOT NULL,
    dropped_at BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    tenant VARCHAR(63) NOT NULL REFERENCES tenants (name),
    roles TEXT NOT NULL,
    label TEXT NOT NULL,
    secret_sha256 VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE INDEX api_keys_of_tenant ON api_keys (tenant);

CREATE TABLE audit (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    tenant VARCHAR(63) NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
);

CREATE INDEX audit_of_tenant ON audit (tenant, at);
