package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The nodes gathered so far, each path once, and the bases that they were read from.
final class Nodes {
    /// More than a node with a thousand pods has; past it the subtree is unreadable, never cut.
    static final int MAX_NODES = 1 << 19;

    private final SortedMap<NodePath, Leaf> leaves = new TreeMap<>();
    private final SortedMap<String, String> bases = new TreeMap<>();

    /// Where a path is there already, as by a race, the later leaf stands.
    void add(NodePath path, Leaf leaf) {
        if (leaves.size() < MAX_NODES) {
            leaves.put(path, leaf);
        } else {
            leaves.put(NodePath.of("kernel"), Leaf.ofReason(Kind.UNREADABLE, "too many nodes"));
        }
    }

    void addValue(NodePath path, Bytes value) {
        add(path, Leaf.ofValue(value));
    }

    void addUnreadable(NodePath path, String reason) {
        add(path, Leaf.ofReason(Kind.UNREADABLE, reason));
    }

    /// What was read under its name; an absent file is no node.
    void addReading(NodePath path, Reading reading) {
        switch (reading) {
            case Reading.Content content -> addValue(path, content.value());
            case Reading.Absent absent -> {}
            case Reading.Unreadable unreadable -> addUnreadable(path, unreadable.reason());
        }
    }

    void basis(String subtree, String file) {
        bases.put(subtree, file);
    }

    SortedMap<String, String> bases() {
        return bases;
    }

    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(leaves.size());
        leaves.forEach((path, leaf) -> entries.add(Entry.of(path, leaf)));
        return entries;
    }
}
