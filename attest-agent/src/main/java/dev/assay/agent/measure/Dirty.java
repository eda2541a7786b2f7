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
    private boolean deep;
    private boolean reread;

    /// The node and all below it.
    public void add(NodePath node) {
        at(node).deep = true;
    }

    /// A file whose content is read again, whatever its times say.
    public void reread(NodePath file) {
        at(file).reread = true;
    }

    public boolean isEmpty() {
        return below.isEmpty() && !deep;
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

    Set<Bytes> names() {
        return below.keySet();
    }

    boolean isDeep() {
        return deep;
    }

    boolean isReread() {
        return reread;
    }
}
