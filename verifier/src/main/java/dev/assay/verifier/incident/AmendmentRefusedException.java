package dev.assay.verifier.incident;

import dev.assay.text.DriftText;
import dev.assay.tree.NodePath;
import java.util.List;
import java.util.stream.Collectors;

/// A baseline that was asked for cannot be derived from what is known, or would let in what nobody
/// named.
public final class AmendmentRefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_TOLD = 20;

    private final transient List<Problem> problems;

    /// @param why with what to do instead
    public record Problem(NodePath path, String why) implements Comparable<Problem> {
        @Override
        public int compareTo(Problem other) {
            int order = path.compareTo(other.path);
            return order != 0 ? order : why.compareTo(other.why);
        }

        @Override
        public String toString() {
            return path.isRoot() ? why : DriftText.name(path) + ": " + why;
        }
    }

    AmendmentRefusedException(List<Problem> problems) {
        super(text(problems));
        this.problems = problems.stream().distinct().sorted().toList();
    }

    private static String text(List<Problem> problems) {
        List<String> told = problems.stream().distinct().sorted().map(Problem::toString).toList();
        String more = told.size() > MAX_TOLD ? "; and " + (told.size() - MAX_TOLD) + " more" : "";
        return told.stream().limit(MAX_TOLD).collect(Collectors.joining("; ")) + more;
    }

    /// All of them, sorted.
    public List<Problem> problems() {
        return problems;
    }
}
