package dev.assay.agent.collect.files;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The names of one directory, packed into one array: a million of them cost their bytes and three
/// more each.
final class Listing {
    /// `d_type` of dirent64, where the filesystem fills it in.
    static final int UNKNOWN = 0;

    static final int DIRECTORY = 4;

    private static final int HEADER = 3;

    private byte[] packed = new byte[512];
    private int end;
    private int at;
    private int type;

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Takes over the records of getdents64(2): inode 8 bytes, offset 8, length 2, type 1, name,
    /// NUL.
    void append(MemorySegment records, long length) {
        long record = 0;
        while (record < length) {
            int recordBytes = records.get(ValueLayout.JAVA_SHORT_UNALIGNED, record + 16) & 0xffff;
            long name = record + 19;
            int nameBytes = 0;
            while (records.get(ValueLayout.JAVA_BYTE, name + nameBytes) != 0) {
                nameBytes++;
            }
            if (!isDots(records, name, nameBytes)) {
                append(records, name, nameBytes, records.get(ValueLayout.JAVA_BYTE, record + 18));
            }
            record += recordBytes;
        }
    }

    private static boolean isDots(MemorySegment records, long name, int length) {
        if (length > 2) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (records.get(ValueLayout.JAVA_BYTE, name + i) != '.') {
                return false;
            }
        }
        return true;
    }

    private void append(MemorySegment records, long name, int length, byte entryType) {
        if (packed.length - end < length + HEADER) {
            packed = Arrays.copyOf(packed, Math.max(packed.length * 2, end + length + HEADER));
        }
        packed[end] = entryType;
        packed[end + 1] = (byte) (length >> 8);
        packed[end + 2] = (byte) length;
        MemorySegment.copy(records, ValueLayout.JAVA_BYTE, name, packed, end + HEADER, length);
        end += HEADER + length;
    }

    /// The next name, or null after the last; its type is then in {@link #type}.
    byte @Nullable [] next() {
        if (at == end) {
            return null;
        }
        type = packed[at];
        int length = (packed[at + 1] & 0xff) << 8 | packed[at + 2] & 0xff;
        byte[] name = Arrays.copyOfRange(packed, at + HEADER, at + HEADER + length);
        at += HEADER + length;
        return name;
    }

    int type() {
        return type;
    }

    void clear() {
        end = 0;
        at = 0;
    }
}
