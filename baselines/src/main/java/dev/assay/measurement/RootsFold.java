package dev.assay.measurement;

import dev.assay.tree.Digest;
import dev.assay.tree.TreeFold;
import java.util.TreeMap;

/// Digests of a tree whose entries come one at a time, in tree order.
public final class RootsFold {
    private final TreeMap<String, Digest> subtrees = new TreeMap<>();
    private final TreeFold fold =
            new TreeFold(
                    (path, digest) -> {
                        if (!path.isRoot() && path.parent().isRoot()) {
                            subtrees.put(path.toString(), digest);
                        }
                    });

    public void add(Entry entry) {
        fold.add(entry.path(), entry.encoded());
    }

    /// After the last entry.
    public MeasurementSet.Roots finish() {
        return new MeasurementSet.Roots(fold.finish(), subtrees);
    }
}
