/** Results of queries that are kept, and given again where the query would find the same. */
@NullMarked
package dev.floe.sql.result;

import org.jspecify.annotations.NullMarked;
