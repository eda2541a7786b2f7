package dev.assay.verifier.merge;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One path that is not alike in all captures.
///
/// @param leaves in order of the captures; null where it is not there
/// @param below how many paths below it differ with it, where it is a folder that some lack
public record Difference(
        NodePath path, List<@Nullable Leaf> leaves, long below, Proposal proposal) {
    private static final String KIND = "kind";
    private static final int DIGEST_CHARS = 12;
    private static final int MAX_CHARS = 60;

    public Difference {
        leaves = Collections.unmodifiableList(new ArrayList<>(leaves));
    }

    /// Whether only some of the captures have it.
    public boolean comesAndGoes() {
        return comesAndGoes(leaves);
    }

    static boolean comesAndGoes(List<@Nullable Leaf> leaves) {
        return leaves.stream().anyMatch(Objects::isNull);
    }

    /// `presence`, or the names of the attributes that differ; the kind is one of them.
    public List<String> what() {
        return comesAndGoes() ? List.of("presence") : List.copyOf(attributes(leaves));
    }

    /// Of captures that all have it.
    static TreeSet<String> attributes(List<@Nullable Leaf> leaves) {
        TreeSet<String> names = new TreeSet<>();
        for (Leaf leaf : present(leaves)) {
            names.addAll(leaf.attributes().keySet());
        }
        names.removeIf(
                name ->
                        present(leaves).stream()
                                        .map(leaf -> leaf.attribute(name))
                                        .distinct()
                                        .count()
                                == 1);
        if (present(leaves).stream().map(Leaf::kind).distinct().count() > 1) {
            names.add(KIND);
        }
        return names;
    }

    static List<Leaf> present(List<@Nullable Leaf> leaves) {
        List<Leaf> present = new ArrayList<>();
        for (Leaf leaf : leaves) {
            if (leaf != null) {
                present.add(leaf);
            }
        }
        return present;
    }

    /// What each capture has, in a few words that are safe to print.
    public List<String> values() {
        List<String> values = new ArrayList<>();
        for (Leaf leaf : leaves) {
            if (leaf == null) {
                values.add("not there");
            } else if (comesAndGoes()) {
                values.add(leaf.kind().wire() + (below > 0 ? ", " + below + " below it" : ""));
            } else {
                values.add(
                        what().stream()
                                .map(name -> name + " " + value(leaf, name))
                                .collect(Collectors.joining(", ")));
            }
        }
        return values;
    }

    private static String value(Leaf leaf, String name) {
        if (name.equals(KIND)) {
            return leaf.kind().wire();
        }
        Optional<Bytes> value = leaf.attribute(name);
        if (value.isEmpty()) {
            return "none";
        }
        boolean digest =
                name.equals(Leaf.CONTENT)
                        || name.equals(Leaf.PREFIX)
                        || name.startsWith(Leaf.XATTR_DIGEST);
        String text = value.get().isEmpty() ? "(empty)" : value.get().toString();
        int most = digest ? DIGEST_CHARS : MAX_CHARS;
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }
}
