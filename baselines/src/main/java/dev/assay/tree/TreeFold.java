package dev.assay.tree;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Framing;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Folds named leaves, given in tree order, into the digest of their tree, holding only the open
/// directories: a million leaves cost the memory of the deepest path.
///
/// A node's digest is SHA-256 over frame(`assay.tree.node.v1`), frame(its leaf), then for each
/// child in order the byte 1, frame(name), the child's 32 bytes, then the byte 0 (FORMAT.md,
/// section 3). A node that was named only as a part of a longer path has the empty leaf.
public final class TreeFold {
    static final String DOMAIN = "assay.tree.node.v1";
    private static final int CHILD = 1;
    private static final int END = 0;

    /// Told each node's digest as it closes, children before their parents.
    public interface Listener {
        void closed(NodePath path, Digest digest);
    }

    private static final class Open {
        final NodePath path;
        final MessageDigest hasher;
        final Framing framing;

        Open(NodePath path, Bytes leaf) {
            this.path = path;
            this.hasher = Digest.hasher();
            this.framing = Framing.into(hasher, DOMAIN).frame(leaf);
        }
    }

    private final Deque<Open> open = new ArrayDeque<>();
    private final Listener listener;
    private final byte[] scratch = new byte[Digest.BYTES];
    private @Nullable NodePath last;
    private boolean lastIsSubtree;

    public TreeFold(Listener listener) {
        this.listener = listener;
    }

    public TreeFold() {
        this((path, digest) -> {});
    }

    /// @throws IllegalArgumentException where `path` is not after the one before it
    public void add(NodePath path, Bytes leaf) {
        advanceTo(path);
        open.push(new Open(path, leaf));
        lastIsSubtree = false;
    }

    /// A whole subtree by its digest alone.
    ///
    /// @throws IllegalArgumentException where `path` is the root or not after the one before it
    public void addSubtree(NodePath path, Digest digest) {
        if (path.isRoot()) {
            throw new IllegalArgumentException("the root is not a subtree");
        }
        advanceTo(path);
        append(path, digest);
        lastIsSubtree = true;
    }

    /// The digest of the whole tree; the fold is used up by it.
    public Digest finish() {
        if (open.isEmpty()) {
            open.push(new Open(NodePath.ROOT, Bytes.EMPTY));
        }
        while (true) {
            Open node = open.pop();
            Digest digest = close(node);
            if (open.isEmpty()) {
                return digest;
            }
            append(node.path, digest);
        }
    }

    private void advanceTo(NodePath path) {
        if (last != null) {
            if (last.compareTo(path) >= 0) {
                throw new IllegalArgumentException(path + " does not come after " + last);
            }
            if (lastIsSubtree && path.startsWith(last)) {
                throw new IllegalArgumentException(path + " lies inside the subtree " + last);
            }
        }
        last = path;
        if (open.isEmpty()) {
            if (path.isRoot()) {
                return;
            }
            open.push(new Open(NodePath.ROOT, Bytes.EMPTY));
        }
        while (!path.startsWith(top().path)) {
            Open node = open.pop();
            append(node.path, close(node));
        }
        openParentsOf(path);
    }

    private void openParentsOf(NodePath path) {
        while (true) {
            NodePath parent = top().path;
            int from = parent.isRoot() ? 0 : parent.value().length() + 1;
            int end = path.indexOfSlash(from);
            if (end == path.value().length()) {
                return;
            }
            open.push(new Open(new NodePath(path.value().slice(0, end)), Bytes.EMPTY));
        }
    }

    private Open top() {
        return open.element();
    }

    private void append(NodePath path, Digest digest) {
        Open parent = top();
        parent.framing.tag(CHILD).frame(path.name());
        digest.updateInto(parent.hasher, scratch);
    }

    private Digest close(Open node) {
        node.framing.tag(END);
        Digest digest = Digest.finish(node.hasher);
        listener.closed(node.path, digest);
        return digest;
    }
}
