/** Authentication at the HTTP edge. */
@NullMarked
package dev.floe.auth.http;

import org.jspecify.annotations.NullMarked;
