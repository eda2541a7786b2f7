package dev.assay.bytes;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.commons.codec.DecoderException;
import org.apache.commons.codec.binary.Base64;
import org.apache.commons.codec.binary.Hex;

/// An immutable byte string, compared byte by byte, unsigned. No naked `byte[]` crosses a package
/// boundary: an array that two parties hold can be changed between the check and the use.
///
/// In JSON a value is standard base64 with padding (RFC 4648, section 4).
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    public static Bytes copyOf(byte[] value) {
        return value.length == 0 ? EMPTY : new Bytes(value.clone());
    }

    public static Bytes copyOf(byte[] value, int from, int to) {
        return from == to ? EMPTY : new Bytes(Arrays.copyOfRange(value, from, to));
    }

    public static Bytes utf8(String text) {
        return text.isEmpty() ? EMPTY : new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// @throws IllegalArgumentException where the text is not lower- or upper-case hex
    public static Bytes ofHex(String hex) {
        if (hex.chars().anyMatch(c -> c >= 0x80)) {
            throw new IllegalArgumentException("not hex: a digit that is not ASCII");
        }
        try {
            return new Bytes(Hex.decodeHex(hex));
        } catch (DecoderException e) {
            throw new IllegalArgumentException("not hex: " + e.getMessage(), e);
        }
    }

    /// Strict base64: two texts never stand for the same bytes, so a signed text has one meaning.
    ///
    /// @throws IllegalArgumentException where the text is not canonical base64
    @JsonCreator
    public static Bytes ofBase64(String base64) {
        byte[] decoded = Base64.decodeBase64(base64);
        if (!Base64.encodeBase64String(decoded).equals(base64)) {
            throw new IllegalArgumentException("not canonical base64");
        }
        return new Bytes(decoded);
    }

    public int length() {
        return value.length;
    }

    public boolean isEmpty() {
        return value.length == 0;
    }

    public byte at(int index) {
        return value[index];
    }

    public Bytes slice(int from, int to) {
        return from == 0 && to == value.length ? this : copyOf(value, from, to);
    }

    public Bytes plus(Bytes other) {
        byte[] joined = Arrays.copyOf(value, value.length + other.value.length);
        System.arraycopy(other.value, 0, joined, value.length, other.value.length);
        return new Bytes(joined);
    }

    /// These, one byte, and the others.
    public Bytes joined(byte between, Bytes other) {
        byte[] joined = Arrays.copyOf(value, value.length + 1 + other.value.length);
        joined[value.length] = between;
        System.arraycopy(other.value, 0, joined, value.length + 1, other.value.length);
        return new Bytes(joined);
    }

    public byte[] toArray() {
        return value.clone();
    }

    public void updateInto(MessageDigest digest) {
        digest.update(value);
    }

    public void writeTo(ByteArrayOutputStream out) {
        out.write(value, 0, value.length);
    }

    public String hex() {
        return Hex.encodeHexString(value);
    }

    @JsonValue
    public String base64() {
        return Base64.encodeBase64String(value);
    }

    /// URL-safe base64 without padding (RFC 4648, section 5), for headers and tokens.
    public String base64Url() {
        return Base64.encodeBase64URLSafeString(value);
    }

    /// The UTF-8 text; a sequence that is not UTF-8 becomes U+FFFD. For what people read only.
    public String lossyText() {
        return new String(value, StandardCharsets.UTF_8);
    }

    /// Whether both hold the same bytes, in time that does not tell where they differ.
    public boolean equalsInConstantTime(Bytes other) {
        return MessageDigest.isEqual(value, other.value);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return EscapedText.of(this);
    }
}
