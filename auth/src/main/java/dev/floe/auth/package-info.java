/** Who makes a call, found from its credentials. */
@NullMarked
package dev.floe.auth;

import org.jspecify.annotations.NullMarked;
