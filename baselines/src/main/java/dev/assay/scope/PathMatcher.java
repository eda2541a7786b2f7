package dev.assay.scope;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Follows the tree downwards and tells at each node which of an ordered list of patterns matched
/// last, on the node or above it. One step costs only the patterns that are still open, which below
/// a subtree's rule are usually none.
public final class PathMatcher {
    private record Partial(int pattern, int segment) {}

    private final List<PathPattern> patterns;

    public PathMatcher(List<PathPattern> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /// The state at the tree's root.
    public State root() {
        List<Partial> open = new ArrayList<>();
        for (int i = 0; i < patterns.size(); i++) {
            addSkippingAnyDepth(open, i, 0);
        }
        return state(open, -1);
    }

    private void addSkippingAnyDepth(List<Partial> open, int pattern, int segment) {
        Partial partial = new Partial(pattern, segment);
        if (!open.contains(partial)) {
            open.add(partial);
            List<Glob> segments = patterns.get(pattern).segments();
            if (segment < segments.size() && isAnyDepth(segments.get(segment))) {
                addSkippingAnyDepth(open, pattern, segment + 1);
            }
        }
    }

    /// Sorts out the patterns that end here.
    private State state(List<Partial> reached, int coveringAbove) {
        int matched = -1;
        List<Partial> unfinished = new ArrayList<>(reached.size());
        for (Partial partial : reached) {
            if (partial.segment() == patterns.get(partial.pattern()).segments().size()) {
                matched = Math.max(matched, partial.pattern());
            } else {
                unfinished.add(partial);
            }
        }
        return new State(List.copyOf(unfinished), Math.max(coveringAbove, matched), matched);
    }

    private static boolean isAnyDepth(Glob glob) {
        return glob.equals(PathPattern.ANY_DEPTH);
    }

    /// Where a walk stands: immutable, shared by siblings.
    public final class State {
        private final List<Partial> open;
        private final int covering;
        private final int exact;

        private State(List<Partial> open, int covering, int exact) {
            this.open = open;
            this.covering = covering;
            this.exact = exact;
        }

        public State child(Bytes name) {
            if (open.isEmpty()) {
                return exact < 0 ? this : new State(open, covering, -1);
            }
            List<Partial> next = new ArrayList<>();
            for (Partial partial : open) {
                step(partial, name, next);
            }
            return state(next, covering);
        }

        /// The state at a path below this one.
        public State descend(NodePath relative) {
            State state = this;
            for (Bytes segment : relative.segments()) {
                state = state.child(segment);
            }
            return state;
        }

        private void step(Partial partial, Bytes name, List<Partial> next) {
            Glob glob = patterns.get(partial.pattern()).segments().get(partial.segment());
            if (isAnyDepth(glob)) {
                addSkippingAnyDepth(next, partial.pattern(), partial.segment());
            } else if (glob.matches(name)) {
                addSkippingAnyDepth(next, partial.pattern(), partial.segment() + 1);
            }
        }

        /// The last pattern that matched here or above.
        public OptionalInt covering() {
            return covering < 0 ? OptionalInt.empty() : OptionalInt.of(covering);
        }

        /// The last pattern that names this very node.
        public OptionalInt exact() {
            return exact < 0 ? OptionalInt.empty() : OptionalInt.of(exact);
        }

        /// Whether a pattern can still match below: else a skipped subtree need not be entered.
        public boolean mayMatchBelow() {
            return !open.isEmpty();
        }
    }
}
