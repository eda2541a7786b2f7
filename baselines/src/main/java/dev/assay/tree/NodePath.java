package dev.assay.tree;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.MalformedInputException;
import java.util.ArrayList;
import java.util.List;

/// The name of a measured thing: segments of bytes joined by `/`, as `fs/usr/bin/ls` or
/// `kernel/sysctl/kernel.kptr_restrict`; empty for the root. Segments are never empty, `.`, `..`
/// and hold neither `/` nor NUL. Ordered as the tree is walked: a directory before what it holds,
/// and all that it holds before its next sibling.
///
/// In JSON and on screens {@link EscapedText}, because file names are bytes, not text.
public final class NodePath implements Comparable<NodePath> {
    public static final NodePath ROOT = new NodePath(Bytes.EMPTY);
    public static final int MAX_BYTES = 64 << 10;
    public static final int MAX_SEGMENT_BYTES = 4 << 10;

    private final Bytes value;

    /// @throws IllegalArgumentException where the rules above are broken
    public NodePath(Bytes value) {
        this(requireSegments(value), value.length());
    }

    /// Of bytes that keep the rules, but for their length.
    private NodePath(Bytes value, int length) {
        if (length > MAX_BYTES) {
            throw new IllegalArgumentException("path has more than " + MAX_BYTES + " bytes");
        }
        this.value = value;
    }

    public Bytes value() {
        return value;
    }

    private static Bytes requireSegments(Bytes value) {
        int start = 0;
        for (int i = 0; i <= value.length() && !value.isEmpty(); i++) {
            if (i == value.length() || value.at(i) == '/') {
                requireSegment(value, start, i);
                start = i + 1;
            } else if (value.at(i) == 0) {
                throw new IllegalArgumentException("path holds a NUL");
            }
        }
        return value;
    }

    private static void requireSegment(Bytes value, int from, int to) {
        int length = to - from;
        boolean dots =
                length == 1 && value.at(from) == '.'
                        || length == 2 && value.at(from) == '.' && value.at(from + 1) == '.';
        if (length == 0 || dots || length > MAX_SEGMENT_BYTES) {
            throw new IllegalArgumentException(
                    "path has a segment that is empty, a dot or too long");
        }
    }

    /// @param text canonical {@link EscapedText}
    /// @throws IllegalArgumentException where it is not, or breaks the rules of a path
    @JsonCreator
    public static NodePath of(String text) {
        try {
            return new NodePath(EscapedText.parse(text));
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// A child by its name's bytes.
    public NodePath child(Bytes name) {
        if (name.isEmpty() && !value.isEmpty()) {
            throw new IllegalArgumentException("path has a segment that is empty");
        }
        requireSegments(name);
        Bytes whole = value.isEmpty() ? name : value.joined((byte) '/', name);
        return new NodePath(whole, whole.length());
    }

    public NodePath child(String name) {
        return child(Bytes.utf8(name));
    }

    /// Below this path, the relative path's segments.
    public NodePath resolve(NodePath relative) {
        return relative.value.isEmpty() ? this : child(relative.value);
    }

    public boolean isRoot() {
        return value.isEmpty();
    }

    /// Whether this is `other` or lies below it.
    public boolean startsWith(NodePath other) {
        int length = other.value.length();
        if (length == 0) {
            return true;
        }
        return value.length() >= length && endsSegment(length) && sharedBytes(other) == length;
    }

    /// All segments; none for the root.
    public List<Bytes> segments() {
        List<Bytes> segments = new ArrayList<>();
        for (int from = 0; from < value.length(); ) {
            int slash = indexOfSlash(from);
            segments.add(value.slice(from, slash));
            from = slash + 1;
        }
        return segments;
    }

    /// The last segment, or the empty bytes for the root.
    public Bytes name() {
        for (int i = value.length() - 1; i >= 0; i--) {
            if (value.at(i) == '/') {
                return value.slice(i + 1, value.length());
            }
        }
        return value;
    }

    /// Without the last segment; the root's parent is the root.
    public NodePath parent() {
        for (int i = value.length() - 1; i >= 0; i--) {
            if (value.at(i) == '/') {
                return new NodePath(value.slice(0, i), i);
            }
        }
        return ROOT;
    }

    /// What follows `ancestor`, which this must start with.
    public NodePath relativeTo(NodePath ancestor) {
        if (!startsWith(ancestor)) {
            throw new IllegalArgumentException(this + " is not below " + ancestor);
        }
        int from = ancestor.value.isEmpty() ? 0 : ancestor.value.length() + 1;
        return from >= value.length() ? ROOT : new NodePath(value.slice(from, value.length()));
    }

    /// The length of the longest path that both are or lie below; 0 where that is the root.
    int sharedBytes(NodePath other) {
        int common = Math.min(value.length(), other.value.length());
        int shared = 0;
        for (int i = 0; i <= common; i++) {
            if (endsSegment(i) && other.endsSegment(i)) {
                shared = i;
            }
            if (i == common || value.at(i) != other.value.at(i)) {
                return shared;
            }
        }
        return shared;
    }

    private boolean endsSegment(int at) {
        return at == value.length() || value.at(at) == '/';
    }

    int indexOfSlash(int from) {
        for (int i = from; i < value.length(); i++) {
            if (value.at(i) == '/') {
                return i;
            }
        }
        return value.length();
    }

    /// Tree order: `/` sorts before every other byte, which no segment can hold.
    @Override
    public int compareTo(NodePath other) {
        int common = Math.min(value.length(), other.value.length());
        for (int i = 0; i < common; i++) {
            int mine = rank(value.at(i));
            int theirs = rank(other.value.at(i));
            if (mine != theirs) {
                return mine - theirs;
            }
        }
        return value.length() - other.value.length();
    }

    private static int rank(byte b) {
        return b == '/' ? 0 : b & 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodePath path && value.equals(path.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @JsonValue
    @Override
    public String toString() {
        return EscapedText.of(value);
    }
}
