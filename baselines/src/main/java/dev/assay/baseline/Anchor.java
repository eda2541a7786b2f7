package dev.assay.baseline;

import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.Objects;

/// What an append-only file began with when it was captured: it holds while its first `length`
/// bytes have this digest.
public record Anchor(NodePath path, long length, Digest prefix) {
    /// @throws IllegalArgumentException where the length is negative
    public Anchor {
        Objects.requireNonNull(path, "anchor without path");
        Objects.requireNonNull(prefix, "anchor without prefix");
        if (length < 0) {
            throw new IllegalArgumentException("anchor with a negative length");
        }
    }
}
