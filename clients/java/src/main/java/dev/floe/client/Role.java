package dev.floe.client;

/** What a key may do within its tenant. */
public enum Role {
    READER,
    WRITER,
    ADMIN
}
