package dev.assay.agent.tree;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import java.nio.charset.StandardCharsets;

/// The leaf of a regular file with nothing but mode, owner, size and content, as FORMAT.md, section
/// 4 encodes it: nearly all leaves of a host are such, and they are encoded from their fields
/// without an object for each attribute.
final class PlainLeaf {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_BYTES = 256;

    private final byte[] buffer = new byte[MAX_BYTES];
    private int end;

    byte[] buffer() {
        return buffer;
    }

    int length() {
        return end;
    }

    Bytes bytes() {
        return Bytes.copyOf(buffer, 0, end);
    }

    /// The content is the 32 bytes of `from` that begin at `at`.
    PlainLeaf encode(int mode, long uid, long gid, long size, byte[] from, int at) {
        end = 0;
        frame("file");
        frame("content");
        length(2 * Digest.BYTES);
        for (int i = at; i < at + Digest.BYTES; i++) {
            buffer[end++] = HEX[(from[i] & 0xff) >> 4];
            buffer[end++] = HEX[from[i] & 0xf];
        }
        frame("gid");
        decimal(gid);
        frame("mode");
        length(4);
        for (int shift = 9; shift >= 0; shift -= 3) {
            buffer[end++] = (byte) ('0' + (mode >> shift & 7));
        }
        frame("size");
        decimal(size);
        frame("uid");
        decimal(uid);
        return this;
    }

    @SuppressWarnings("deprecation") // the one way to copy ASCII without an array in between
    private void frame(String ascii) {
        length(ascii.length());
        ascii.getBytes(0, ascii.length(), buffer, end);
        end += ascii.length();
    }

    private void decimal(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        length(digits);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            buffer[end + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end += digits;
    }

    private void length(int value) {
        buffer[end++] = (byte) (value >>> 24);
        buffer[end++] = (byte) (value >>> 16);
        buffer[end++] = (byte) (value >>> 8);
        buffer[end++] = (byte) value;
    }
}
