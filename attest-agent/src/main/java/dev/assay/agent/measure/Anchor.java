package dev.assay.agent.measure;

import dev.assay.tree.Digest;

/// What the baseline knows of an append-only file: its own length in bytes and the SHA-256 of that
/// prefix. A log that grew holds it, one that was cut or rewritten does not.
public record Anchor(long length, Digest prefix) {
    /// @throws IllegalArgumentException for a negative length
    public Anchor {
        if (length < 0) {
            throw new IllegalArgumentException("anchor of negative length");
        }
    }
}
