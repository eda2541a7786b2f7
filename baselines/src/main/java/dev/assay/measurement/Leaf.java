package dev.assay.measurement;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one named thing is: its kind and, by name, exactly the attributes that its class lets into
/// the tree. Times, inode numbers and link counts are never among them, so two captures of one
/// image have one root.
///
/// The encoding is frame32(kind), then for each attribute in ascending order of its name's bytes
/// frame32(name), frame32(value); frame32 is an unsigned 32-bit big-endian length and the bytes
/// (FORMAT.md, section 4). {@link #decode} accepts exactly what {@link #encode} gives.
public record Leaf(Kind kind, SortedMap<String, Bytes> attributes) {
    /// Permission bits with set-id and sticky, four octal digits: `0755`, `4755`.
    public static final String MODE = "mode";

    /// Decimal.
    public static final String UID = "uid";

    /// Decimal.
    public static final String GID = "gid";

    /// Bytes, decimal.
    public static final String SIZE = "size";

    /// SHA-256 of the content, 64 lower-case hex digits.
    public static final String CONTENT = "content";

    /// The digest that the kernel itself keeps of a file with fs-verity: `sha256:` or `sha512:` and
    /// lower-case hex digits.
    public static final String FS_VERITY = "fs-verity";

    /// A symbolic link's bytes.
    public static final String TARGET = "target";

    /// A device's `MAJOR:MINOR`, decimal.
    public static final String DEVICE = "device";

    /// Prefix of an extended attribute's name; the value's bytes, or under {@link #XATTR_DIGEST}
    /// the hex SHA-256 of a value longer than {@link #MAX_PLAIN_XATTR_BYTES}.
    public static final String XATTR = "xattr.";

    public static final String XATTR_DIGEST = "xattr-sha256.";
    public static final int MAX_PLAIN_XATTR_BYTES = 256;

    /// A kernel value's bytes.
    public static final String VALUE = "value";

    /// Of an append-only file: the baseline's own length, decimal, and the SHA-256 of that prefix.
    public static final String LENGTH = "length";

    public static final String PREFIX = "prefix";

    /// Why something is unreadable, unstable, or not allowed where it stands.
    public static final String REASON = "reason";

    /// What stands beside the attributes in one JSON object (FORMAT.md, sections 4 and 7).
    private static final Set<String> RESERVED_NAMES = Set.of("kind", "path");

    public static final int MAX_ATTRIBUTES = 256;
    public static final int MAX_NAME_BYTES = 512;
    public static final int MAX_VALUE_BYTES = 64 << 10;

    /// @throws IllegalArgumentException where a limit is broken
    public Leaf {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
        if (attributes.size() > MAX_ATTRIBUTES) {
            throw new IllegalArgumentException("leaf has too many attributes");
        }
        for (Map.Entry<String, Bytes> attribute : attributes.entrySet()) {
            requireName(attribute.getKey());
            if (attribute.getValue().length() > MAX_VALUE_BYTES) {
                throw new IllegalArgumentException(attribute.getKey() + " is too long");
            }
        }
    }

    /// Names are printable ASCII, so that their order as text is their order as bytes and a JSON
    /// key has one spelling.
    private static void requireName(String name) {
        // Not a stream: this runs for every attribute of a million leaves.
        boolean printable = true;
        for (int i = 0; i < name.length(); i++) {
            printable &= name.charAt(i) > 0x20 && name.charAt(i) < 0x7f;
        }
        if (name.isEmpty() || name.length() > MAX_NAME_BYTES || !printable) {
            throw new IllegalArgumentException(
                    "attribute name is empty, too long or not printable");
        }
        if (RESERVED_NAMES.contains(name)) {
            throw new IllegalArgumentException("no attribute can have the name " + name);
        }
    }

    public static Leaf of(Kind kind, Map<String, Bytes> attributes) {
        return new Leaf(kind, new TreeMap<>(attributes));
    }

    /// A kernel value; longer ones than an attribute holds are represented by their digest.
    public static Leaf ofValue(Bytes value) {
        return value.length() <= MAX_VALUE_BYTES
                ? of(Kind.VALUE, Map.of(VALUE, value))
                : of(Kind.VALUE, Map.of(CONTENT, Bytes.utf8(Digest.ofContent(value).hex())));
    }

    public static Leaf ofReason(Kind kind, String reason) {
        return of(kind, Map.of(REASON, Bytes.utf8(reason)));
    }

    public Optional<Bytes> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    public Bytes encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160);
        frame32(out, Bytes.utf8(kind.wire()));
        attributes.forEach(
                (name, value) -> {
                    frame32(out, Bytes.utf8(name));
                    frame32(out, value);
                });
        return Bytes.copyOf(out.toByteArray());
    }

    public static Leaf decode(Bytes encoded) throws MalformedInputException {
        Cursor cursor = new Cursor(encoded, "leaf");
        Kind kind = Kind.parse(ascii(cursor.readFrame32("kind", 32)));
        TreeMap<String, Bytes> attributes = new TreeMap<>();
        while (cursor.remaining() > 0) {
            String name = ascii(cursor.readFrame32("name", MAX_NAME_BYTES));
            if (!attributes.isEmpty() && attributes.lastKey().compareTo(name) >= 0) {
                throw new MalformedInputException("leaf: attributes are not in order");
            }
            attributes.put(name, cursor.readFrame32("value", MAX_VALUE_BYTES));
        }
        try {
            return new Leaf(kind, attributes);
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException("leaf: " + e.getMessage(), e);
        }
    }

    private static String ascii(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
    }

    private static void frame32(ByteArrayOutputStream out, Bytes value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write(value.length() >>> shift);
        }
        value.writeTo(out);
    }
}
