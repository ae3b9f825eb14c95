/** Client of Floe for Java: writing, querying and administering tables. */
@NullMarked
package dev.floe.client;

import org.jspecify.annotations.NullMarked;
