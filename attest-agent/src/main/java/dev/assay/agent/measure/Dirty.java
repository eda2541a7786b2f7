package dev.assay.agent.measure;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which parts of a tree are to be looked at again. What is not named is kept as it was.
public final class Dirty {
    private final Map<Bytes, Dirty> below = new HashMap<>();
    private boolean listed;
    private boolean reread;

    /// The node itself and, where it is a directory, each of its names: what is below those that
    /// are directories still is kept. All below is looked at where the directory is not as it was:
    /// it may have been elsewhere in the meantime, and what was done there told of by other names.
    public void add(NodePath node) {
        at(node).listed = true;
    }

    /// The same, and the content of its files is read again, whatever their times say.
    public void reread(NodePath directory) {
        Dirty place = at(directory);
        place.listed = true;
        place.reread = true;
    }

    public boolean isEmpty() {
        return below.isEmpty() && !listed;
    }

    private Dirty at(NodePath node) {
        Dirty place = this;
        for (Bytes segment : node.segments()) {
            place = place.below.computeIfAbsent(segment, absent -> new Dirty());
        }
        return place;
    }

    @Nullable Dirty below(Bytes name) {
        return below.get(name);
    }

    /// The names to look at; null for all that there are.
    @Nullable Set<Bytes> names() {
        return listed ? null : below.keySet();
    }

    /// Whether the node was named, and not only something below it.
    boolean isNamed() {
        return listed;
    }

    boolean isReread() {
        return reread;
    }
}
