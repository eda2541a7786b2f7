package dev.assay.ima;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;

/// The kernel's name of what it measured, as a place in the tree.
public final class ExecutedPath {
    /// What the kernel measured. Nothing of a host's own measurement is below it.
    public static final NodePath EXECUTED = NodePath.of("executed");

    private static final NodePath FILES = NodePath.of("fs");

    private ExecutedPath() {}

    public static NodePath of(Bytes path) {
        return below(EXECUTED, path);
    }

    /// Where the file stands in a host's tree, if it is a file of that tree.
    public static NodePath inTree(Bytes path) {
        return below(FILES, path);
    }

    /// The path of a file of a tree as the kernel's list has it: there each space is an underscore
    /// (Linux, security/integrity/ima/ima_template_lib.c, `ima_write_template_field_data`).
    public static NodePath ofTree(NodePath path) {
        Bytes value = path.value();
        boolean hasSpace = false;
        for (int i = 0; i < value.length() && !hasSpace; i++) {
            hasSpace = value.at(i) == ' ';
        }
        if (!hasSpace) {
            return path;
        }
        byte[] bytes = value.toArray();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == ' ' ? (byte) '_' : bytes[i];
        }
        return new NodePath(Bytes.copyOf(bytes));
    }

    /// A name that can be no path in the tree is one segment, in which each slash is a backslash.
    private static NodePath below(NodePath root, Bytes path) {
        try {
            NodePath node = root;
            int from = 0;
            for (int i = 0; i <= path.length(); i++) {
                if (i == path.length() || path.at(i) == '/') {
                    if (i > from) {
                        node = node.child(path.slice(from, i));
                    }
                    from = i + 1;
                }
            }
            return node;
        } catch (IllegalArgumentException e) {
            byte[] flat =
                    path.slice(0, Math.min(path.length(), NodePath.MAX_SEGMENT_BYTES)).toArray();
            for (int i = 0; i < flat.length; i++) {
                flat[i] = flat[i] == '/' || flat[i] == 0 ? (byte) '\\' : flat[i];
            }
            return root.child(Bytes.copyOf(flat));
        }
    }
}
