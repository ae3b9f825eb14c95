package dev.floe.gateway.write;

/** Where an entry is in the log. */
public record Place(int bucket, long offset) {}
