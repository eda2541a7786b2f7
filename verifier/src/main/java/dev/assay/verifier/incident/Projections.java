package dev.assay.verifier.incident;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.MutabilityClass;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a leaf of one class would be under another (FORMAT.md, section 5), where that follows from
/// the leaf alone.
final class Projections {
    private static final String CAPABILITY = "security.capability";
    private static final Leaf HELD = Leaf.of(Kind.HELD, Map.of());

    private Projections() {}

    static Leaf held() {
        return HELD;
    }

    /// As class `metadata` has it: mode and owner, and a file's capability.
    ///
    /// @return empty where the leaf does not say
    static Optional<Leaf> metadata(Leaf leaf, MutabilityClass from) {
        if (from != MutabilityClass.IMMUTABLE) {
            return Optional.empty();
        }
        return switch (leaf.kind()) {
            case FILE -> file(leaf);
            case DIRECTORY, FIFO, SOCKET, CHAR_DEVICE, BLOCK_DEVICE -> owned(leaf, Map.of());
            case VALUE, MOUNT -> Optional.of(HELD);
            // An immutable link has no mode, one of class metadata has.
            case SYMLINK, HELD, UNREADABLE, UNSTABLE -> Optional.empty();
        };
    }

    private static Optional<Leaf> file(Leaf leaf) {
        SortedMap<String, Bytes> capability = new TreeMap<>();
        for (Map.Entry<String, Bytes> attribute : leaf.attributes().entrySet()) {
            String name = attribute.getKey();
            if (name.equals(Leaf.XATTR + CAPABILITY)
                    || name.equals(Leaf.XATTR_DIGEST + CAPABILITY)) {
                capability.put(name, attribute.getValue());
            } else if (name.equals(Leaf.XATTR_DIGEST + "*")) {
                // So many that they stand in one digest: whether one is a capability is not known.
                return Optional.empty();
            }
        }
        return owned(leaf, capability);
    }

    private static Optional<Leaf> owned(Leaf leaf, Map<String, Bytes> more) {
        Bytes mode = leaf.attributes().get(Leaf.MODE);
        Bytes uid = leaf.attributes().get(Leaf.UID);
        Bytes gid = leaf.attributes().get(Leaf.GID);
        if (mode == null || uid == null || gid == null) {
            return Optional.empty();
        }
        SortedMap<String, Bytes> attributes = new TreeMap<>(more);
        attributes.put(Leaf.MODE, mode);
        attributes.put(Leaf.UID, uid);
        attributes.put(Leaf.GID, gid);
        return Optional.of(Leaf.of(leaf.kind(), attributes));
    }
}
