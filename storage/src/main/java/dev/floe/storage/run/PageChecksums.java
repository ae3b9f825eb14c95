package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.MessageType;

/** Verifies the checksums of a data file's pages, for readers that don't. */
public final class PageChecksums {
    private PageChecksums() {}

    /**
     * Reads all pages of the columns of {@code projection}, and decodes none; returns all columns of the file.
     * {@code name} is what errors call the file. Throws DATA_UNREADABLE.
     */
    public static List<StoredColumn> verify(InputFile input, String name, Schema projection) {
        try (ParquetFileReader file = ParquetFileReader.open(new ParquetInput(input), ParquetInput.options())) {
            MessageType stored = file.getFooter().getFileMetaData().getSchema();
            MessageType requested = ParquetSchemaUtil.pruneColumns(stored, projection);
            if (requested.getColumns().isEmpty()) {
                return StoredColumn.of(stored);
            }
            file.setRequestedSchema(requested);
            // the checksums are those of the pages as they are stored, and are compared as these are read
            for (int group = 0; group < file.getFooter().getBlocks().size(); group++) {
                file.readRowGroup(group).close();
            }
            return StoredColumn.of(stored);
        } catch (FloeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new FloeException(ErrorCode.DATA_UNREADABLE, "can't read the data file " + name, e);
        }
    }
}
