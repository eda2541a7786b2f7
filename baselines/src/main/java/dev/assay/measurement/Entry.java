package dev.assay.measurement;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.NodePath;

/// A leaf under its name, in the encoding that the tree hashes: what a set of a million of them
/// holds in memory, and what equality compares.
public record Entry(NodePath path, Bytes encoded) implements Comparable<Entry> {
    public static Entry of(NodePath path, Leaf leaf) {
        return new Entry(path, leaf.encode());
    }

    /// The leaf, where the encoding came from this program.
    public Leaf leaf() {
        try {
            return Leaf.decode(encoded);
        } catch (MalformedInputException e) {
            throw new IllegalStateException("entry holds no leaf: " + e.getMessage(), e);
        }
    }

    @Override
    public int compareTo(Entry other) {
        return path.compareTo(other.path);
    }
}
