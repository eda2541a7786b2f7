package dev.assay.bytes;

/// Reads a byte string from front to back. Every length is looked at before it is used, and every
/// refusal names the field: no other code does arithmetic on lengths that came from outside.
public final class Cursor {
    private final Bytes bytes;
    private final String what;
    private int at;

    /// @param what the structure's name, for refusals
    public Cursor(Bytes bytes, String what) {
        this.bytes = bytes;
        this.what = what;
    }

    public int remaining() {
        return bytes.length() - at;
    }

    /// An unsigned 32-bit big-endian length and that many bytes.
    public Bytes readFrame32(String field, int maxBytes) throws MalformedInputException {
        long length = readU32(field);
        if (length > maxBytes) {
            throw refused(field, "has " + length + " bytes, the limit is " + maxBytes);
        }
        return read(field, (int) length);
    }

    public long readU32(String field) throws MalformedInputException {
        Bytes word = read(field, Integer.BYTES);
        long value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = value << 8 | word.at(i) & 0xff;
        }
        return value;
    }

    public Bytes read(String field, int length) throws MalformedInputException {
        if (length < 0 || length > remaining()) {
            throw refused(field, "needs " + length + " bytes, " + remaining() + " are left");
        }
        at += length;
        return bytes.slice(at - length, at);
    }

    public void requireEnd() throws MalformedInputException {
        if (remaining() != 0) {
            throw new MalformedInputException(what + ": " + remaining() + " trailing bytes");
        }
    }

    private MalformedInputException refused(String field, String reason) {
        return new MalformedInputException(what + "." + field + " " + reason);
    }
}
