/** Table files on local disks. */
@NullMarked
package dev.floe.catalog.file;

import org.jspecify.annotations.NullMarked;
