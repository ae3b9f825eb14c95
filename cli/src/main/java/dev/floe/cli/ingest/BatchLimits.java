package dev.floe.cli.ingest;

/** Most rows of a batch, and the input's row to begin with, counted from 1. */
record BatchLimits(int rowsMax, long fromRow) {}
