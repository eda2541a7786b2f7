package dev.assay.agent.tree;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import java.util.Arrays;

/// Packs records one after the other, as {@link Records} reads them.
final class RecordWriter {
    private byte[] packed;
    private int end;

    RecordWriter() {
        this(256);
    }

    /// @param bytes that are expected
    RecordWriter(int bytes) {
        this.packed = new byte[bytes];
    }

    byte[] packed() {
        return packed;
    }

    int end() {
        return end;
    }

    byte[] exactly() {
        return end == packed.length ? packed : Arrays.copyOf(packed, end);
    }

    RecordWriter clear() {
        end = 0;
        return this;
    }

    RecordWriter name(Bytes name) {
        byte[] bytes = name.toArray();
        fixed(bytes.length, 2);
        return raw(bytes, 0, bytes.length);
    }

    RecordWriter raw(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, packed, end, length);
        end += length;
        return this;
    }

    RecordWriter fixed(long value, int bytes) {
        reserve(bytes);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            packed[end++] = (byte) (value >>> shift);
        }
        return this;
    }

    RecordWriter varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            packed[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        packed[end++] = (byte) rest;
        return this;
    }

    RecordWriter stamp(Stamp stamp, int readAt) {
        return varint(stamp.inode())
                .varint(stamp.size())
                .fixed(stamp.modified(), 8)
                .fixed(stamp.changed(), 8)
                .fixed(readAt, 4);
    }

    RecordWriter digest(Digest digest) {
        return fixed(digest.a(), 8).fixed(digest.b(), 8).fixed(digest.c(), 8).fixed(digest.d(), 8);
    }

    RecordWriter framed(Bytes value) {
        byte[] bytes = value.toArray();
        return varint(bytes.length).raw(bytes, 0, bytes.length);
    }

    private void reserve(int bytes) {
        if (packed.length - end < bytes) {
            packed = Arrays.copyOf(packed, Math.max(packed.length * 2, end + bytes));
        }
    }
}
