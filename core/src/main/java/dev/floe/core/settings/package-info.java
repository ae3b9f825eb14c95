/** Settings: one flat map of kebab-case keys, read into one record per feature. */
@NullMarked
package dev.floe.core.settings;

import org.jspecify.annotations.NullMarked;
