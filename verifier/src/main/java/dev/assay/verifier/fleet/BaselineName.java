package dev.assay.verifier.fleet;

import dev.assay.tree.Digest;

/// Which baseline: for people channel and serial, for machines the statement's digest.
public record BaselineName(String channel, long serial, Digest digest) {
    @Override
    public String toString() {
        return channel + " #" + serial;
    }
}
