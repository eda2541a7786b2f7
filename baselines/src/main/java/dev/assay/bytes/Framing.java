package dev.assay.bytes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Length-framed, domain-separated hashing: every string goes in as an unsigned 64-bit big-endian
/// length and its bytes, and the first string names what is hashed. Without the lengths `ab`+`c`
/// and `a`+`bc` would be one digest; without the domain a file could be made to hash as a tree.
public final class Framing {
    private final MessageDigest digest;
    private final byte[] length = new byte[Long.BYTES];

    private Framing(MessageDigest digest) {
        this.digest = digest;
    }

    /// @param digest reset or fresh; the caller finishes it
    public static Framing into(MessageDigest digest, String domain) {
        Framing framing = new Framing(digest);
        framing.frame(domain.getBytes(StandardCharsets.UTF_8));
        return framing;
    }

    public Framing frame(Bytes value) {
        length(value.length());
        value.updateInto(digest);
        return this;
    }

    public Framing frame(String value) {
        return frame(value.getBytes(StandardCharsets.UTF_8));
    }

    private Framing frame(byte[] value) {
        length(value.length);
        digest.update(value);
        return this;
    }

    /// One byte as it is: a tag between framed values.
    public Framing tag(int value) {
        digest.update((byte) value);
        return this;
    }

    private void length(long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            length[i] = (byte) (value >>> (56 - 8 * i));
        }
        digest.update(length);
    }
}
