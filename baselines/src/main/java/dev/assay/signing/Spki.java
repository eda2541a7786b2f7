package dev.assay.signing;

import dev.assay.bytes.Bytes;
import java.nio.ByteBuffer;
import java.security.PublicKey;

/// Looks into a SubjectPublicKeyInfo (RFC 5280, section 4.1).
public final class Spki {
    private static final int LONG_LENGTH = 0x80;

    private Spki() {}

    /// The key itself, without the name of its algorithm: some manufacturers name an RSA key by the
    /// padding that it is used with.
    ///
    /// @param key in whose encoding Java put everything where DER has it
    public static Bytes keyBits(PublicKey key) {
        ByteBuffer info = content(ByteBuffer.wrap(key.getEncoded()));
        content(info); // the algorithm
        ByteBuffer bits = content(info);
        bits.get(); // how many bits of the last byte are none
        byte[] value = new byte[bits.remaining()];
        bits.get(value);
        return Bytes.copyOf(value);
    }

    /// Of the next element, behind which the buffer stands then (X.690, section 8.1).
    private static ByteBuffer content(ByteBuffer der) {
        der.get(); // the tag
        int length = Byte.toUnsignedInt(der.get());
        if (length >= LONG_LENGTH) {
            int bytes = length - LONG_LENGTH;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << Byte.SIZE | Byte.toUnsignedInt(der.get());
            }
        }
        ByteBuffer content = der.slice(der.position(), length);
        der.position(der.position() + length);
        return content;
    }
}
