package dev.assay.ima;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import dev.assay.ima.ImaTemplate.Field;
import dev.assay.tpm.HashAlgorithm;
import java.util.List;
import java.util.regex.Pattern;

/// The bytes that a template hash is of, to and fro (Linux, security/integrity/ima/ima_crypto.c,
/// `ima_calc_field_array_hash`): each field behind its length in four bytes, little-endian, but the
/// old template's: the digest, and the path in 256 bytes.
final class TemplateData {
    static final int MAX_FIELD_BYTES = 1 << 20;
    static final int OLD_NAME_BYTES = 256;

    private static final int MAX_DIGEST_BYTES = 64;
    private static final List<String> TYPES = List.of("ima", "verity");

    /// Linux, crypto/hash_info.c. It is printed as it is.
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,32}");

    /// What nearly every entry has.
    private static final Bytes USUAL = Bytes.utf8("sha256:");

    private TemplateData() {}

    static Bytes framed(Bytes field) {
        int length = field.length();
        byte[] frame = {
            (byte) length,
            (byte) (length >> Byte.SIZE),
            (byte) (length >> 2 * Byte.SIZE),
            (byte) (length >> 3 * Byte.SIZE)
        };
        return Bytes.copyOf(frame).plus(field);
    }

    /// Of the template that came first. Neither field has a length: a digest of another, or zeros
    /// at the path's end, would be read in two ways.
    static Bytes old(Bytes digest, Bytes path) throws MalformedInputException {
        if (digest.length() != HashAlgorithm.SHA1.bytes()) {
            throw new MalformedInputException("IMA list: a digest is not of its template's length");
        }
        if (indexOfZero(path) < path.length()) {
            throw new MalformedInputException("IMA list: a path goes on behind its end");
        }
        if (path.length() >= OLD_NAME_BYTES) {
            throw new MalformedInputException("IMA list: a path is too long for its template");
        }
        return digest.plus(path).plus(Bytes.copyOf(new byte[OLD_NAME_BYTES - path.length()]));
    }

    /// Reads the fields of any other template.
    static ImaEntry entry(int number, int pcr, Bytes hash, ImaTemplate template, Bytes data)
            throws MalformedInputException {
        Cursor cursor = Cursor.littleEndian(data, "IMA list: entry " + number);
        String algorithm = "";
        Bytes digest = Bytes.EMPTY;
        Bytes path = Bytes.EMPTY;
        Bytes extra = Bytes.EMPTY;
        for (Field field : template.fields()) {
            Bytes value = cursor.readFrame32(field.name(), MAX_FIELD_BYTES);
            switch (field) {
                case NAMED_DIGEST, TYPED_DIGEST -> {
                    int end = endOfText(cursor, field, value);
                    algorithm = algorithm(cursor, field, value.slice(0, end));
                    digest = value.slice(end + 1, value.length());
                    requireDigest(cursor, algorithm, digest);
                }
                case NAME -> path = name(cursor, value);
                case SIGNATURE, BUFFER -> extra = value;
                case DIGEST -> throw new IllegalStateException("the old template has no frames");
            }
        }
        cursor.requireEnd();
        return new ImaEntry(number, pcr, hash, template, data, algorithm, digest, path, extra);
    }

    private static int endOfText(Cursor cursor, Field field, Bytes value)
            throws MalformedInputException {
        int end = indexOfZero(value);
        if (end == value.length()) {
            throw cursor.refused(field.name(), "has no end");
        }
        return end;
    }

    private static int indexOfZero(Bytes value) {
        int at = 0;
        while (at < value.length() && value.at(at) != 0) {
            at++;
        }
        return at;
    }

    /// `sha256:`, with `ima:` or `verity:` before it where the template has the type.
    private static String algorithm(Cursor cursor, Field field, Bytes text)
            throws MalformedInputException {
        if (text.equals(USUAL) && field == Field.NAMED_DIGEST) {
            return HashAlgorithm.SHA256.wire();
        }
        List<String> parts = List.of(text.lossyText().split(":", -1));
        boolean isTyped = field == Field.TYPED_DIGEST;
        int expected = isTyped ? 3 : 2;
        boolean isWhole =
                parts.size() == expected
                        && parts.getLast().isEmpty()
                        && NAME.matcher(parts.get(expected - 2)).matches();
        if (!isWhole || isTyped && !TYPES.contains(parts.getFirst())) {
            throw cursor.refused(field.name(), "names no algorithm");
        }
        return String.join(":", parts.subList(0, parts.size() - 1));
    }

    private static void requireDigest(Cursor cursor, String algorithm, Bytes digest)
            throws MalformedInputException {
        String plain = algorithm.substring(algorithm.indexOf(':') + 1);
        boolean isRight =
                HashAlgorithm.ofName(plain)
                        .map(known -> known.bytes() == digest.length())
                        .orElse(digest.length() <= MAX_DIGEST_BYTES);
        if (!isRight) {
            throw cursor.refused("digest", "of " + plain + " has " + digest.length() + " bytes");
        }
    }

    /// A zero byte in it would be another path for whoever reads to the first.
    private static Bytes name(Cursor cursor, Bytes value) throws MalformedInputException {
        int end = endOfText(cursor, Field.NAME, value);
        if (end != value.length() - 1) {
            throw cursor.refused(Field.NAME.name(), "goes on behind its end");
        }
        return value.slice(0, end);
    }

    /// @throws MalformedInputException where the hash is of something else; a violation has none
    static ImaEntry required(ImaEntry entry) throws MalformedInputException {
        if (!entry.isViolation()
                && !HashAlgorithm.SHA1.digest(entry.templateData()).equals(entry.templateHash())) {
            throw new MalformedInputException(
                    "IMA list: entry " + entry.number() + " is not what its template hash is of");
        }
        return entry;
    }
}
