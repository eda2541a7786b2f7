package dev.assay.agent.measure;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Framing;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which extended attributes enter a leaf and under which names.
///
/// `trusted.*` is shown to privileged readers only, `security.evm` is keyed to one host and
/// `user.overlay.*` to one mount: with them equal trees would have different roots.
final class ExtendedNames {
    /// Beyond them all stand in the leaf as one digest: an intruder's thousand attributes are
    /// drift, not a leaf that cannot be made.
    private static final int MAX_NAMED = 128;

    private static final String ALL = "*";
    private static final Bytes CAPABILITY = Bytes.utf8("security.capability");

    private ExtendedNames() {}

    static boolean isMeasured(Bytes name) {
        String text = name.lossyText();
        return text.startsWith("security.") && !text.equals("security.evm")
                || text.equals("system.posix_acl_access")
                || text.equals("system.posix_acl_default")
                || text.startsWith("user.") && !text.startsWith("user.overlay.");
    }

    static boolean isCapability(Bytes name) {
        return name.equals(CAPABILITY);
    }

    static Map<String, Bytes> project(SortedMap<Bytes, Bytes> attributes) {
        if (attributes.size() > MAX_NAMED) {
            return Map.of(Leaf.XATTR_DIGEST + ALL, hex(all(attributes)));
        }
        Map<String, Bytes> projected = new TreeMap<>();
        attributes.forEach(
                (name, value) -> {
                    String printable = printable(name);
                    if (printable == null) {
                        SortedMap<Bytes, Bytes> one = new TreeMap<>(Map.of(name, value));
                        String digest = Digest.ofContent(name).hex();
                        projected.put(Leaf.XATTR_DIGEST + "%" + digest, hex(all(one)));
                    } else if (value.length() <= Leaf.MAX_PLAIN_XATTR_BYTES) {
                        projected.put(Leaf.XATTR + printable, value);
                    } else {
                        projected.put(Leaf.XATTR_DIGEST + printable, hex(Digest.ofContent(value)));
                    }
                });
        return projected;
    }

    private static Bytes hex(Digest digest) {
        return Bytes.utf8(digest.hex());
    }

    private static Digest all(SortedMap<Bytes, Bytes> attributes) {
        MessageDigest hasher = Digest.hasher();
        Framing framing = Framing.into(hasher, "assay.xattrs.v1");
        attributes.forEach((name, value) -> framing.frame(name).frame(value));
        return Digest.finish(hasher);
    }

    /// Printable ASCII, every other byte and `%` as `%XX`; null where that is too long for a name
    /// of a leaf.
    private static @Nullable String printable(Bytes name) {
        StringBuilder text = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            int b = name.at(i) & 0xff;
            if (b > 0x20 && b < 0x7f && b != '%') {
                text.append((char) b);
            } else {
                text.append('%');
                text.append(Character.toUpperCase(Character.forDigit(b >> 4, 16)));
                text.append(Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
            }
        }
        boolean fits = text.length() <= Leaf.MAX_NAME_BYTES - Leaf.XATTR_DIGEST.length();
        return fits ? text.toString() : null;
    }
}
