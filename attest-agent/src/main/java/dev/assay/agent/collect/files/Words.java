package dev.assay.agent.collect.files;

/// Numbers as the kernel leaves them in memory, which is little-endian on x86-64 and aarch64. Byte
/// by byte: what the runtime has for it is quick only once its optimizing compiler has seen it.
final class Words {
    private Words() {}

    static int at16(byte[] from, int offset) {
        return from[offset] & 0xff | (from[offset + 1] & 0xff) << 8;
    }

    static int at32(byte[] from, int offset) {
        return at16(from, offset) | at16(from, offset + 2) << 16;
    }

    static long at64(byte[] from, int offset) {
        return Integer.toUnsignedLong(at32(from, offset)) | (long) at32(from, offset + 4) << 32;
    }
}
