package dev.floe.storage.run;

/**
 * Sizes and effort of data files.
 *
 * @param fileBytesMax size at which a file is closed and the next begun
 * @param rowGroupBytesMax bytes a row group buffers before it is written
 * @param pageRowsMax rows of a page
 * @param compressionLevel zstd level
 */
public record RunSettings(long fileBytesMax, long rowGroupBytesMax, int pageRowsMax, int compressionLevel) {}
