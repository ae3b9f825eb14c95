/** The queries of TPC-H over tables that were loaded through ingest. */
@NullMarked
package dev.floe.it.tpch;

import org.jspecify.annotations.NullMarked;
