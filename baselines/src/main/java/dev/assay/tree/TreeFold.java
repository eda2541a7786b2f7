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
    static final byte CHILD = 1;
    static final byte END = 0;

    /// Told each node's digest as it closes, children before their parents.
    public interface Listener {
        void closed(NodePath path, Digest digest);
    }

    /// The node whose path is the first `end` bytes of the path added last: every open node is an
    /// ancestor of it. A copy of the path for each would cost the square of the depth, and a report
    /// of one path with thirty thousand segments a gigabyte.
    private static final class Open {
        final int end;
        final MessageDigest hasher;
        final Framing framing;

        Open(int end, Bytes leaf) {
            this.end = end;
            this.hasher = Digest.hasher();
            this.framing = Framing.into(hasher, DOMAIN).frame(leaf);
        }
    }

    private final Deque<Open> open = new ArrayDeque<>();
    private final @Nullable Listener listener;
    private final byte[] scratch = new byte[Digest.BYTES];
    private @Nullable NodePath last;
    private boolean lastIsSubtree;

    public TreeFold(Listener listener) {
        this.listener = listener;
    }

    public TreeFold() {
        this.listener = null;
    }

    /// @throws IllegalArgumentException where `path` is not after the one before it
    public void add(NodePath path, Bytes leaf) {
        advanceTo(path);
        open.push(new Open(path.value().length(), leaf));
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
        append(path.name(), digest);
        lastIsSubtree = true;
    }

    /// The digest of the whole tree; the fold is used up by it.
    public Digest finish() {
        if (open.isEmpty()) {
            open.push(new Open(0, Bytes.EMPTY));
        }
        Bytes path = last == null ? Bytes.EMPTY : last.value();
        while (open.size() > 1) {
            closeTop(path);
        }
        return close(open.pop(), path);
    }

    private void advanceTo(NodePath path) {
        int shared = 0;
        if (last != null) {
            if (last.compareTo(path) >= 0) {
                throw new IllegalArgumentException(path + " does not come after " + last);
            }
            if (lastIsSubtree && path.startsWith(last)) {
                throw new IllegalArgumentException(path + " lies inside the subtree " + last);
            }
            shared = last.sharedBytes(path);
            while (top().end > shared) {
                closeTop(last.value());
            }
        }
        last = path;
        if (open.isEmpty()) {
            if (path.isRoot()) {
                return;
            }
            open.push(new Open(0, Bytes.EMPTY));
        }
        openParentsOf(path);
    }

    private void openParentsOf(NodePath path) {
        while (true) {
            int end = path.indexOfSlash(nameStart(top()));
            if (end == path.value().length()) {
                return;
            }
            open.push(new Open(end, Bytes.EMPTY));
        }
    }

    /// Where a child's name begins.
    private static int nameStart(Open parent) {
        return parent.end == 0 ? 0 : parent.end + 1;
    }

    private Open top() {
        return open.element();
    }

    /// @param path of the node or of one below it
    private void closeTop(Bytes path) {
        Open node = open.pop();
        Digest digest = close(node, path);
        append(path.slice(nameStart(top()), node.end), digest);
    }

    private void append(Bytes name, Digest digest) {
        Open parent = top();
        parent.framing.tag(CHILD).frame(name);
        digest.updateInto(parent.hasher, scratch);
    }

    private Digest close(Open node, Bytes path) {
        node.framing.tag(END);
        Digest digest = Digest.finish(node.hasher);
        if (listener != null) {
            listener.closed(new NodePath(path.slice(0, node.end)), digest);
        }
        return digest;
    }
}
