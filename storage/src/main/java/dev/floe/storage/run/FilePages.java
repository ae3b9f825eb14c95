package dev.floe.storage.run;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Reads single pages of a data file: header, checksum, decompression; one read of the file a page.
 *
 * <p>A page's bytes are as a reader of the whole chunk would have them. For one thread.
 */
final class FilePages implements AutoCloseable {
    private static final int PAGE_BYTES_MAX = 1 << 30;

    private final SeekableInputStream in;
    private final PageCodecs codecs = new PageCodecs();

    FilePages(SeekableInputStream in) {
        this.in = in;
    }

    /** The data page of a chunk that is so many bytes long in the file, its header included. */
    DataPage values(ColumnChunkMetaData chunk, long offset, int length) throws IOException {
        Stored stored = read(offset, length);
        BytesInputDecompressor codec = codecs.getDecompressor(chunk.getCodec());
        Statistics<?> statistics = Statistics.createStats(chunk.getPrimitiveType());
        int size = stored.header.getUncompressed_page_size();
        if (stored.header.isSetData_page_header_v2()) {
            DataPageHeaderV2 header = stored.header.getData_page_header_v2();
            int repetition = header.getRepetition_levels_byte_length();
            int definition = header.getDefinition_levels_byte_length();
            BytesInput data = stored.part(repetition + definition, stored.length);
            return DataPageV2.uncompressed(
                    header.getNum_rows(),
                    header.getNum_nulls(),
                    header.getNum_values(),
                    stored.part(0, repetition),
                    stored.part(repetition, repetition + definition),
                    encoding(header.getEncoding()),
                    header.isIs_compressed() ? decompressed(codec, data, size - repetition - definition) : data,
                    statistics);
        }
        if (!stored.header.isSetData_page_header()) {
            throw new IOException("no data page is where the index says");
        }
        DataPageHeader header = stored.header.getData_page_header();
        return new DataPageV1(
                decompressed(codec, stored.part(0, stored.length), size),
                header.getNum_values(),
                size,
                statistics,
                encoding(header.getRepetition_level_encoding()),
                encoding(header.getDefinition_level_encoding()),
                encoding(header.getEncoding()));
    }

    /** The dictionary page of a chunk, of so many bytes. */
    DictionaryPage dictionary(ColumnChunkMetaData chunk, long offset, int length) throws IOException {
        Stored stored = read(offset, length);
        if (!stored.header.isSetDictionary_page_header()) {
            throw new IOException("no dictionary is where the chunk begins");
        }
        CompressionCodecName codec = chunk.getCodec();
        return new DictionaryPage(
                decompressed(
                        codecs.getDecompressor(codec),
                        stored.part(0, stored.length),
                        stored.header.getUncompressed_page_size()),
                stored.header.getDictionary_page_header().getNum_values(),
                encoding(stored.header.getDictionary_page_header().getEncoding()));
    }

    @Override
    public void close() throws IOException {
        codecs.release();
        in.close();
    }

    /** A page's bytes as they are in the file, without the header. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stored(PageHeader header, byte[] bytes, int from, int length) {
        BytesInput part(int start, int end) throws IOException {
            if (start < 0 || end < start || end > length) {
                throw new IOException("a page contradicts itself");
            }
            return BytesInput.from(bytes, from + start, end - start);
        }
    }

    private Stored read(long offset, int length) throws IOException {
        if (length < 0 || length > PAGE_BYTES_MAX) {
            throw new IOException("a page of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        try {
            FileRanges.read(in, offset, bytes, 0, length);
        } catch (EOFException e) {
            throw new IOException("the file ends in a page", e);
        }
        ByteArrayInputStream rest = new ByteArrayInputStream(bytes);
        PageHeader header = Util.readPageHeader(rest);
        int size = header.getCompressed_page_size();
        if (size < 0 || size > rest.available() || header.getUncompressed_page_size() > PAGE_BYTES_MAX) {
            throw new IOException("a page contradicts itself");
        }
        int from = length - rest.available();
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(bytes, from, size);
            if ((int) crc.getValue() != header.getCrc()) {
                throw new IOException("a page's checksum is wrong");
            }
        }
        return new Stored(header, bytes, from, size);
    }

    @SuppressWarnings("deprecation") // toByteArray's successor wants an allocator with a release
    private static BytesInput decompressed(BytesInputDecompressor codec, BytesInput bytes, int size)
            throws IOException {
        if (size < 0) {
            throw new IOException("a page contradicts itself");
        }
        // parquet-java's own codecs may give a view of a buffer that they use again
        return BytesInput.from(codec.decompress(bytes, size).toByteArray());
    }

    private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
        return Encoding.valueOf(encoding.name());
    }
}
