package dev.assay.tree;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/// A SHA-256 digest (FIPS 180-4): 32 bytes, held as four words so that a million of them stay
/// small. In JSON 64 lower-case hex digits.
public record Digest(long a, long b, long c, long d) {
    public static final int BYTES = 32;

    /// Not from JSON: there the four words would be a second spelling.
    @JsonCreator(mode = JsonCreator.Mode.DISABLED)
    public Digest {}

    /// @throws IllegalArgumentException where the text is not 64 lower-case hex digits
    @JsonCreator
    public static Digest ofHex(String hex) {
        if (hex.length() != 2 * BYTES || !hex.equals(hex.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("a digest is 64 lower-case hex digits");
        }
        return of(Bytes.ofHex(hex));
    }

    /// @throws IllegalArgumentException where there are not exactly 32 bytes
    public static Digest of(Bytes bytes) {
        if (bytes.length() != BYTES) {
            throw new IllegalArgumentException("a digest is 32 bytes, not " + bytes.length());
        }
        ByteBuffer words = ByteBuffer.wrap(bytes.toArray());
        return new Digest(words.getLong(), words.getLong(), words.getLong(), words.getLong());
    }

    /// The digest of what was fed to `hasher`, which is reset by this.
    public static Digest finish(MessageDigest hasher) {
        ByteBuffer words = ByteBuffer.wrap(hasher.digest());
        return new Digest(words.getLong(), words.getLong(), words.getLong(), words.getLong());
    }

    public static Digest ofContent(Bytes content) {
        MessageDigest hasher = hasher();
        content.updateInto(hasher);
        return finish(hasher);
    }

    /// A fresh SHA-256 of the JDK, which uses the processor's own instructions.
    public static MessageDigest hasher() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    public Bytes bytes() {
        ByteBuffer words = ByteBuffer.allocate(BYTES);
        words.putLong(a).putLong(b).putLong(c).putLong(d);
        return Bytes.copyOf(words.array());
    }

    @JsonValue
    public String hex() {
        return bytes().hex();
    }

    /// The first 12 hex digits: enough for a person to tell two apart.
    public String brief() {
        return hex().substring(0, 12);
    }

    void updateInto(MessageDigest hasher, byte[] scratch) {
        ByteBuffer.wrap(scratch).putLong(a).putLong(b).putLong(c).putLong(d);
        hasher.update(scratch, 0, BYTES);
    }

    @Override
    public String toString() {
        return hex();
    }
}
