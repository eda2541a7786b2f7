package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;

/// Writes a structure as a TPM reads it: big-endian, sized buffers with 16-bit lengths (TPM 2.0
/// Library, part 1, section 30).
public final class Marshal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public Marshal u8(int value) {
        out.write(value);
        return this;
    }

    public Marshal u16(int value) {
        return u8(value >> 8).u8(value);
    }

    public Marshal u32(long value) {
        return u16((int) (value >> 16)).u16((int) value);
    }

    public Marshal bytes(Bytes value) {
        value.writeTo(out);
        return this;
    }

    /// A TPM2B.
    public Marshal sized(Bytes value) {
        return u16(value.length()).bytes(value);
    }

    public Marshal empty() {
        return u16(0);
    }

    public int length() {
        return out.size();
    }

    public Bytes done() {
        return Bytes.copyOf(out.toByteArray());
    }
}
