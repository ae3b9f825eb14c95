/** Table files on local disks and on S3. */
@NullMarked
package dev.floe.catalog.file;

import org.jspecify.annotations.NullMarked;
