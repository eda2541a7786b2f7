package dev.assay.tree;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// The digests of nodes, one after the other, where all of a node's children are at hand: what
/// {@link TreeFold} computes from a stream, without a hasher for each open node. Not for several
/// threads.
public final class NodeHasher {
    private static final byte[] DOMAIN = TreeFold.DOMAIN.getBytes(StandardCharsets.UTF_8);

    private final MessageDigest hasher = Digest.hasher();
    private final byte[] buffer = new byte[1 << 10];
    private int end;

    /// Begins a node. An empty leaf is that of a node which was named only as a part of longer
    /// paths.
    public NodeHasher begin(byte[] leaf, int from, int length) {
        end = 0;
        frame(DOMAIN, 0, DOMAIN.length);
        frame(leaf, from, length);
        return this;
    }

    /// The next child, in ascending order of names.
    public NodeHasher child(byte[] name, int from, int length, Digest digest) {
        reserve(1);
        buffer[end++] = TreeFold.CHILD;
        frame(name, from, length);
        reserve(Digest.BYTES);
        put(digest.a());
        put(digest.b());
        put(digest.c());
        put(digest.d());
        return this;
    }

    public Digest end() {
        reserve(1);
        buffer[end++] = TreeFold.END;
        hasher.update(buffer, 0, end);
        end = 0;
        return Digest.finish(hasher);
    }

    private void frame(byte[] value, int from, int length) {
        reserve(Long.BYTES);
        put(length);
        if (length > buffer.length - end) {
            hasher.update(buffer, 0, end);
            hasher.update(value, from, length);
            end = 0;
        } else {
            System.arraycopy(value, from, buffer, end, length);
            end += length;
        }
    }

    private void reserve(int bytes) {
        if (buffer.length - end < bytes) {
            hasher.update(buffer, 0, end);
            end = 0;
        }
    }

    private void put(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[end++] = (byte) (value >>> shift);
        }
    }
}
