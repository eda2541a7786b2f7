package dev.assay.verifier;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A small host as a tree of leaves.
record Tree(SortedMap<NodePath, Leaf> leaves) {
    static final String HOSTNAME = "kernel/sysctl/kernel.hostname";

    static final Tree GOLDEN =
            new Tree(new TreeMap<>())
                    .with("fs/usr/bin/ls", file("ls"))
                    .with("fs/usr/bin/ssh", file("ssh"))
                    .with("fs/etc/passwd", file("root:x"))
                    .with("fs/firmware/blob", file("blob"))
                    .with("kernel/sysctl/kernel.kptr_restrict", Leaf.ofValue(Bytes.utf8("2")))
                    .with(HOSTNAME, Installation.scope().expectations().getFirst().heldLeaf());

    static Leaf file(String content) {
        return Leaf.of(
                Kind.FILE,
                Map.of(
                        Leaf.MODE,
                        Bytes.utf8("0755"),
                        Leaf.CONTENT,
                        Bytes.utf8(Digest.ofContent(Bytes.utf8(content)).hex())));
    }

    Tree with(String path, Leaf leaf) {
        SortedMap<NodePath, Leaf> next = new TreeMap<>(leaves);
        next.put(NodePath.of(path), leaf);
        return new Tree(next);
    }

    Tree without(String path) {
        SortedMap<NodePath, Leaf> next = new TreeMap<>(leaves);
        next.remove(NodePath.of(path));
        return new Tree(next);
    }

    /// Another content of `ssh`, a new set-id file, a looser kernel.
    Tree tampered() {
        return with("fs/usr/bin/ssh", file("evil"))
                .with("fs/usr/bin/.x", file("shell"))
                .with("kernel/sysctl/kernel.kptr_restrict", Leaf.ofValue(Bytes.utf8("0")));
    }

    Tree unreadable(String path) {
        return with(path, Leaf.ofReason(Kind.UNREADABLE, "permission denied"));
    }

    MeasurementSet measured() {
        List<Entry> entries =
                leaves.entrySet().stream()
                        .map(leaf -> Entry.of(leaf.getKey(), leaf.getValue()))
                        .toList();
        return MeasurementSet.of(entries);
    }
}
