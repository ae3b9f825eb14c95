package dev.floe.catalog.principal;

/** What a principal may do within its tenant. */
public enum Role {
    READER,
    WRITER,
    ADMIN
}
