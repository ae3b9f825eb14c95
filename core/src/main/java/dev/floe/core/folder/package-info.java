/** Files of a data folder that its server writes and local clients read. */
@NullMarked
package dev.floe.core.folder;

import org.jspecify.annotations.NullMarked;
