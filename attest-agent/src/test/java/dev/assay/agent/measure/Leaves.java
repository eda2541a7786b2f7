package dev.assay.agent.measure;

import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The leaves of a measurement by their paths' text.
record Leaves(SortedMap<String, Leaf> byPath) {
    static Leaves of(Measurement measurement) {
        SortedMap<String, Leaf> leaves = new TreeMap<>();
        for (Entry entry : measurement.set()) {
            leaves.put(entry.path().toString(), entry.leaf());
        }
        return new Leaves(leaves);
    }

    Leaf get(String path) {
        Leaf leaf = byPath.get(path);
        if (leaf == null) {
            throw new AssertionError("no node " + path + " in " + byPath.keySet());
        }
        return leaf;
    }

    Set<String> keySet() {
        return byPath.keySet();
    }

    Collection<Leaf> values() {
        return byPath.values();
    }
}
