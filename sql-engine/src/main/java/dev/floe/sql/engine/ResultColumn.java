package dev.floe.sql.engine;

import org.apache.iceberg.types.Type;

/** A column of a result: its vector has the physical form of {@code type} (see Vector). */
public record ResultColumn(String name, Type type, boolean nullable) {}
