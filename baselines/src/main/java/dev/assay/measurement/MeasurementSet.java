package dev.assay.measurement;

import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/// All that was measured on one host at one time: entries in tree order, each path once. A million
/// of them need not all be in memory as objects.
public interface MeasurementSet extends Iterable<Entry> {
    /// Measured with this version of FORMAT.md's sections 3 to 5. A host of another version is
    /// outdated, never drifted.
    int MEASUREMENT_VERSION = 1;

    /// @throws IllegalArgumentException where a path is there twice, or is the root
    static MeasurementSet of(List<Entry> unsorted) {
        return ListedMeasurements.of(unsorted);
    }

    int size();

    Roots roots();

    /// The entries, in tree order, without such as the other set has alike: some of those may be
    /// among them, so that two sets which share most are compared by the rest.
    default Iterable<Entry> unlike(MeasurementSet other) {
        return this;
    }

    /// The same entries, held together with the other set's: two sets which share most are to cost
    /// little more than one.
    default MeasurementSet sharing(MeasurementSet other) {
        return this;
    }

    /// For tests and messages: how many entries lie at or below `path`.
    default long countBelow(NodePath path) {
        return StreamSupport.stream(spliterator(), false)
                .filter(entry -> entry.path().startsWith(path))
                .count();
    }

    /// The tree's digest, and the digest of each of its top-level subtrees (`fs`, `kernel` …).
    record Roots(Digest total, SortedMap<String, Digest> subtrees) {
        public Roots {
            subtrees = Collections.unmodifiableSortedMap(new TreeMap<>(subtrees));
        }

        /// @param sorted entries in tree order
        public static Roots of(Iterator<Entry> sorted) {
            RootsFold fold = new RootsFold();
            sorted.forEachRemaining(fold::add);
            return fold.finish();
        }

        public static Roots of(List<Entry> sorted) {
            return of(sorted.iterator());
        }
    }
}
