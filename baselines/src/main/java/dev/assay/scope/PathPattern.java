package dev.assay.scope;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// A pattern for paths of the tree: segments joined by `/`, each a {@link Glob}; the segment `**`
/// stands for any number of segments, also none. It names the paths that match it.
public record PathPattern(String text, List<Glob> segments) {
    public static final int MAX_SEGMENTS = 256;

    static final Glob ANY_DEPTH = Glob.of("**");

    public PathPattern {
        segments = List.copyOf(segments);
    }

    /// @throws IllegalArgumentException where the text is empty, too long or a segment is malformed
    @JsonCreator
    public static PathPattern of(String text) {
        List<Glob> segments = new ArrayList<>();
        for (String segment : text.split("/", -1)) {
            if (segment.isEmpty()) {
                throw new IllegalArgumentException("pattern has an empty segment: " + text);
            }
            segments.add(new Glob(unescape(segment)));
        }
        if (segments.size() > MAX_SEGMENTS) {
            throw new IllegalArgumentException("pattern has too many segments");
        }
        return new PathPattern(text, segments);
    }

    /// Names this one path: its bytes may be a pattern's signs.
    public static PathPattern naming(NodePath path) {
        StringJoiner segments = new StringJoiner("/");
        path.segments().forEach(name -> segments.add(EscapedText.of(Glob.naming(name).pattern())));
        return of(segments.toString());
    }

    private static Bytes unescape(String segment) {
        try {
            return EscapedText.parse(segment);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Whether no segment is a pattern: it names one path.
    public boolean isLiteral() {
        return segments.stream().allMatch(Glob::isLiteral);
    }

    /// The one path that a literal pattern names.
    public NodePath literal() {
        if (!isLiteral()) {
            throw new IllegalStateException(text + " names more than one path");
        }
        return NodePath.of(text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }

    /// One name is one pattern: what it was parsed into follows from its text.
    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern pattern && text.equals(pattern.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
