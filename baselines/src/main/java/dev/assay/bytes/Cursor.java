package dev.assay.bytes;

/// Reads a byte string from front to back. Every length is looked at before it is used, and every
/// refusal names the field: no other code does arithmetic on lengths that came from outside.
public final class Cursor {
    private final Bytes bytes;
    private final String what;
    private final boolean isLittleEndian;
    private int at;

    /// Of numbers in big-endian order.
    ///
    /// @param what the structure's name, for refusals
    public Cursor(Bytes bytes, String what) {
        this(bytes, what, false);
    }

    private Cursor(Bytes bytes, String what, boolean isLittleEndian) {
        this.bytes = bytes;
        this.what = what;
        this.isLittleEndian = isLittleEndian;
    }

    /// Of numbers in little-endian order.
    public static Cursor littleEndian(Bytes bytes, String what) {
        return new Cursor(bytes, what, true);
    }

    public int remaining() {
        return bytes.length() - at;
    }

    /// How many bytes were read.
    public int position() {
        return at;
    }

    /// An unsigned 32-bit length and that many bytes.
    public Bytes readFrame32(String field, int maxBytes) throws MalformedInputException {
        return readFrame(field, readU32(field), maxBytes);
    }

    /// An unsigned 16-bit length and that many bytes.
    public Bytes readFrame16(String field, int maxBytes) throws MalformedInputException {
        return readFrame(field, readU16(field), maxBytes);
    }

    /// An unsigned 8-bit length and that many bytes.
    public Bytes readFrame8(String field) throws MalformedInputException {
        return read(field, readU8(field));
    }

    private Bytes readFrame(String field, long length, int maxBytes)
            throws MalformedInputException {
        if (length > maxBytes) {
            throw refused(field, "has " + length + " bytes, the limit is " + maxBytes);
        }
        return read(field, (int) length);
    }

    public int readU8(String field) throws MalformedInputException {
        return (int) readNumber(field, Byte.BYTES);
    }

    public int readU16(String field) throws MalformedInputException {
        return (int) readNumber(field, Short.BYTES);
    }

    public long readU32(String field) throws MalformedInputException {
        return readNumber(field, Integer.BYTES);
    }

    /// As Java's signed type: what a specification calls unsigned is negative above 2^63 - 1.
    public long readU64(String field) throws MalformedInputException {
        return readNumber(field, Long.BYTES);
    }

    private long readNumber(String field, int length) throws MalformedInputException {
        requireLeft(field, length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            int shift = isLittleEndian ? i : length - 1 - i;
            value |= (bytes.at(at + i) & 0xffL) << Byte.SIZE * shift;
        }
        at += length;
        return value;
    }

    public Bytes read(String field, int length) throws MalformedInputException {
        requireLeft(field, length);
        at += length;
        return bytes.slice(at - length, at);
    }

    private void requireLeft(String field, int length) throws MalformedInputException {
        if (length < 0 || length > remaining()) {
            throw refused(field, "needs " + length + " bytes, " + remaining() + " are left");
        }
    }

    public void requireEnd() throws MalformedInputException {
        if (remaining() != 0) {
            throw new MalformedInputException(what + ": " + remaining() + " trailing bytes");
        }
    }

    /// What to throw where a field's value cannot be.
    public MalformedInputException refused(String field, String reason) {
        return new MalformedInputException(what + "." + field + " " + reason);
    }
}
