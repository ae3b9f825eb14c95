package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;

/** How large and how deep a batch may be; {@code bytesMax} counts it decoded. */
public record ConvertLimits(int rowsMax, long bytesMax, int columnsMax, int valueDepthMax) {
    void checkRows(long rows) {
        if (rows > rowsMax) {
            throw new FloeException(
                            ErrorCode.TOO_MANY_ROWS,
                            "the batch has " + rows + " rows, more than the " + rowsMax + " allowed")
                    .advise("send it in smaller batches");
        }
    }

    void checkColumns(long columns) {
        if (columns > columnsMax) {
            throw new FloeException(
                            ErrorCode.MALFORMED_BATCH,
                            "the batch has " + columns + " columns, more than the " + columnsMax + " allowed")
                    .advise("send only columns that the table has");
        }
    }

    FloeException tooLarge() {
        return new FloeException(
                        ErrorCode.MESSAGE_TOO_LARGE, "the batch takes more than " + bytesMax + " bytes once decoded")
                .advise("send it in smaller batches");
    }
}
