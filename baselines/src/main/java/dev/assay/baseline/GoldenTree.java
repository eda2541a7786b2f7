package dev.assay.baseline;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.tree.TreeFold;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A manifest in memory, each node with its digest: what a few drifts make of the root costs the
/// ways to them, where a manifest that is read costs all of it.
public final class GoldenTree {
    /// About what an object for each node takes beside its bytes.
    private static final int NODE_BYTES = 160;

    private final Node root;
    private final long bytes;

    /// @param leaf encoded; null where the node was named only as a part of longer paths
    record Node(Bytes name, @Nullable Bytes leaf, Digest digest, List<Node> children) {}

    private GoldenTree(Node root, long bytes) {
        this.root = root;
        this.bytes = bytes;
    }

    /// All that the source has.
    public static GoldenTree of(EntrySource golden) throws IOException, MalformedInputException {
        Builder builder = new Builder();
        for (Entry entry = golden.next(); entry != null; entry = golden.next()) {
            builder.add(entry);
        }
        return builder.finish();
    }

    Node root() {
        return root;
    }

    /// About how much memory it takes.
    public long bytes() {
        return bytes;
    }

    /// The manifest's entries, from the first on.
    EntrySource entries() {
        Descent descent = new Descent(this);
        return () -> {
            Descent.Step step = descent.next();
            while (step != null) {
                Bytes leaf = step.node().leaf();
                descent.enter(step);
                if (leaf != null) {
                    return new Entry(step.path(), leaf);
                }
                step = descent.next();
            }
            return null;
        };
    }

    /// Goes through the nodes in tree order, below those that are entered.
    static final class Descent {
        /// One node and where it is.
        record Step(NodePath path, Node node) {}

        private record Level(NodePath path, Iterator<Node> rest) {}

        private final Deque<Level> levels = new ArrayDeque<>();

        Descent(GoldenTree tree) {
            enter(new Step(NodePath.ROOT, tree.root));
        }

        /// Null after the last.
        @Nullable Step next() {
            while (!levels.isEmpty()) {
                Level level = levels.element();
                if (level.rest().hasNext()) {
                    Node node = level.rest().next();
                    return new Step(level.path().child(node.name()), node);
                }
                levels.pop();
            }
            return null;
        }

        /// Its children come next.
        void enter(Step step) {
            levels.push(new Level(step.path(), step.node().children().iterator()));
        }
    }

    /// Takes digests from a fold, which tells children before their parents.
    private static final class Builder {
        private final TreeFold fold = new TreeFold(this::closed);
        private final Map<NodePath, Bytes> leaves = new HashMap<>();

        /// By depth: those whose parent is still open.
        private final List<List<Node>> orphans = new ArrayList<>();

        private long bytes;

        void add(Entry entry) {
            leaves.put(entry.path(), entry.encoded());
            fold.add(entry.path(), entry.encoded());
        }

        private void closed(NodePath path, Digest digest) {
            int depth = depth(path.value());
            while (orphans.size() <= depth + 1) {
                orphans.add(new ArrayList<>());
            }
            List<Node> children = orphans.get(depth + 1);
            Bytes leaf = leaves.remove(path);
            Node node = new Node(path.name(), leaf, digest, List.copyOf(children));
            children.clear();
            orphans.get(depth).add(node);
            bytes += NODE_BYTES + node.name().length() + (leaf == null ? 0 : leaf.length());
        }

        private static int depth(Bytes path) {
            int depth = path.isEmpty() ? 0 : 1;
            for (int i = 0; i < path.length(); i++) {
                depth += path.at(i) == '/' ? 1 : 0;
            }
            return depth;
        }

        GoldenTree finish() {
            Digest ignored = fold.finish();
            return new GoldenTree(orphans.getFirst().getFirst(), bytes);
        }
    }
}
