package dev.assay.measurement;

import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.tree.TreeFold;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that was measured on one host at one time: entries in tree order, each path once.
public final class MeasurementSet implements Iterable<Entry> {
    /// Measured with this version of FORMAT.md's sections 3 to 5. A host of another version is
    /// outdated, never drifted.
    public static final int MEASUREMENT_VERSION = 1;

    private final List<Entry> entries;

    private MeasurementSet(List<Entry> entries) {
        this.entries = entries;
    }

    /// @throws IllegalArgumentException where a path is there twice, or is the root
    public static MeasurementSet of(List<Entry> unsorted) {
        List<Entry> entries = new ArrayList<>(unsorted);
        Collections.sort(entries);
        if (!entries.isEmpty() && entries.getFirst().path().isRoot()) {
            throw new IllegalArgumentException("the root has no leaf");
        }
        for (int i = 1; i < entries.size(); i++) {
            if (entries.get(i).path().equals(entries.get(i - 1).path())) {
                throw new IllegalArgumentException(entries.get(i).path() + " was measured twice");
            }
        }
        return new MeasurementSet(Collections.unmodifiableList(entries));
    }

    public int size() {
        return entries.size();
    }

    @Override
    public Iterator<Entry> iterator() {
        return entries.iterator();
    }

    public Roots roots() {
        return Roots.of(entries.iterator());
    }

    /// The tree's digest, and the digest of each of its top-level subtrees (`fs`, `kernel` …).
    public record Roots(Digest total, SortedMap<String, Digest> subtrees) {
        public Roots {
            subtrees = Collections.unmodifiableSortedMap(new TreeMap<>(subtrees));
        }

        /// @param sorted entries in tree order
        public static Roots of(Iterator<Entry> sorted) {
            TreeMap<String, Digest> subtrees = new TreeMap<>();
            TreeFold fold =
                    new TreeFold(
                            (path, digest) -> {
                                if (!path.isRoot() && path.parent().isRoot()) {
                                    subtrees.put(path.toString(), digest);
                                }
                            });
            sorted.forEachRemaining(entry -> fold.add(entry.path(), entry.encoded()));
            return new Roots(fold.finish(), subtrees);
        }

        public static Roots of(List<Entry> sorted) {
            return of(sorted.iterator());
        }
    }

    /// For tests and messages: how many entries lie at or below `path`.
    public long countBelow(NodePath path) {
        return entries.stream().filter(entry -> entry.path().startsWith(path)).count();
    }
}
