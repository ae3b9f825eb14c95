/** Tables on a server with S3's API. */
@NullMarked
package dev.floe.it.s3;

import org.jspecify.annotations.NullMarked;
