package dev.floe.storage.wire;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.Ascii;
import dev.floe.storage.column.Validity;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Checks that byte strings are UTF-8, slot by slot only where a look at the whole is not enough. */
final class Utf8 {
    private Utf8() {}

    /** Throws INVALID_UTF8 with the first slot that is not UTF-8. */
    static void check(byte[] data, int[] offsets, int slots, Validity validity, String path) {
        if (Ascii.is(data, offsets[slots])) {
            return;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        for (int slot = 0; slot < slots; slot++) {
            int length = offsets[slot + 1] - offsets[slot];
            if (length == 0 || !validity.isPresent(slot)) {
                continue;
            }
            try {
                decoder.decode(ByteBuffer.wrap(data, offsets[slot], length));
            } catch (CharacterCodingException e) {
                throw new FloeException(ErrorCode.INVALID_UTF8, "the text is not valid UTF-8", e)
                        .at(path)
                        .inRow(slot);
            }
        }
    }
}
