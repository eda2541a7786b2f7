package dev.assay.agent.collect.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The names of one directory, packed into one array: a million of them cost their bytes and two
/// more each, up to a bound. What a listing says of a thing's type (`d_type`) is not kept: it is
/// not the inode's.
final class Listing {
    /// More than a million names of twenty bytes: with names of 255 bytes any user soon fills a
    /// directory that the heap cannot hold.
    static final int MAX_BYTES = 32 << 20;

    private static final int HEADER = 2;

    /// From here on it grows by half, so that less is empty.
    private static final int LARGE_BYTES = 1 << 20;

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private byte[] packed;
    private int end;
    private int at;
    private boolean full;

    /// @param maxBytes of names, with two more for each
    Listing(int maxBytes) {
        this(maxBytes, new byte[Math.min(512, maxBytes)]);
    }

    private Listing(int maxBytes, byte[] packed) {
        this.maxBytes = maxBytes;
        this.packed = packed;
    }

    /// Whether there are more names than it takes.
    boolean isFull() {
        return full;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Takes over the records of getdents64(2): inode 8 bytes, offset 8, length 2, type 1, name,
    /// NUL.
    void append(byte[] records, int length) {
        int record = 0;
        while (record < length) {
            int name = record + 19;
            int nameEnd = name;
            while (records[nameEnd] != 0) {
                nameEnd++;
            }
            if (!isDots(records, name, nameEnd)) {
                append(records, name, nameEnd - name);
            }
            record += Words.at16(records, record + 16);
        }
    }

    private static boolean isDots(byte[] records, int from, int to) {
        return records[from] == '.'
                && (to - from == 1 || to - from == 2 && records[from + 1] == '.');
    }

    private void append(byte[] from, int offset, int length) {
        int needed = end + HEADER + length;
        if (full || needed > maxBytes) {
            full = true;
            return;
        }
        if (packed.length < needed) {
            int more = packed.length < LARGE_BYTES ? packed.length : packed.length / 2;
            int grown = Math.min(maxBytes, packed.length + more);
            packed = Arrays.copyOf(packed, Math.max(grown, needed));
        }
        packed[end] = (byte) (length >> 8);
        packed[end + 1] = (byte) length;
        System.arraycopy(from, offset, packed, end + HEADER, length);
        end += HEADER + length;
    }

    /// The next name, or null after the last.
    byte @Nullable [] next() {
        if (at == end) {
            return null;
        }
        int length = lengthAt(at);
        byte[] name = Arrays.copyOfRange(packed, at + HEADER, at + HEADER + length);
        at += HEADER + length;
        return name;
    }

    /// Whether at least two names are still to come, so that half of them can be given away.
    boolean canBeShared() {
        return at < end && at + HEADER + lengthAt(at) < end;
    }

    /// Takes about half of the names that are still to come out of this listing.
    Listing giveHalf() {
        int middle = at + (end - at) / 2;
        int from = at;
        while (from < middle || from == at) {
            from += HEADER + lengthAt(from);
        }
        Listing half = new Listing(maxBytes, Arrays.copyOfRange(packed, from, end));
        half.end = end - from;
        end = from;
        return half;
    }

    private int lengthAt(int offset) {
        return (packed[offset] & 0xff) << 8 | packed[offset + 1] & 0xff;
    }

    void add(byte[] name) {
        append(name, 0, name.length);
    }

    void clear() {
        end = 0;
        at = 0;
        full = false;
    }

    /// Gives the memory free, after the last name.
    void release() {
        clear();
        packed = NOTHING;
    }
}
