package dev.assay.tree;

import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeMap;

/// FORMAT.md, section 3, word for word, recursive in plain Java. Names are ISO 8859-1 text, one
/// character a byte, whose order is the order of the bytes.
public final class NaiveTree {
    private byte[] leaf = new byte[0];
    private final TreeMap<String, NaiveTree> children = new TreeMap<>();

    public void put(byte[] path, byte[] newLeaf) {
        NaiveTree node = this;
        for (String name : new String(path, StandardCharsets.ISO_8859_1).split("/", -1)) {
            node = node.children.computeIfAbsent(name, key -> new NaiveTree());
        }
        node.leaf = newLeaf;
    }

    public byte[] digest() throws IOException, NoSuchAlgorithmException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        frame(out, "assay.tree.node.v1".getBytes(StandardCharsets.US_ASCII));
        frame(out, leaf);
        for (var child : children.entrySet()) {
            out.writeByte(1);
            frame(out, child.getKey().getBytes(StandardCharsets.ISO_8859_1));
            out.write(child.getValue().digest());
        }
        out.writeByte(0);
        return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    }

    /// Of a tree with one top-level name.
    public Digest onlyChild() throws IOException, NoSuchAlgorithmException {
        return Digest.of(Bytes.copyOf(children.firstEntry().getValue().digest()));
    }

    private static void frame(DataOutputStream out, byte[] value) throws IOException {
        out.writeLong(value.length);
        out.write(value);
    }
}
