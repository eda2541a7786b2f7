package dev.assay.scope;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Follows the tree downwards and tells at each node which of an ordered list of patterns matched
/// last, on the node or above it.
///
/// An automaton whose states are made when they are first needed and kept: a step is one look into
/// a table and a match of those globs that are no plain names, of which most places have none.
public final class PathMatcher {
    /// States past these are made anew each time: the names that are walked choose them, and some
    /// patterns have a state for each set of names.
    private static final int MAX_STATES = 4096;

    /// Open positions of all kept states together: one state of a scope with thousands of patterns
    /// at any depth weighs as much as thousands of others.
    static final long MAX_KEPT_POSITIONS = 1 << 18;

    private final List<Position> positions = new ArrayList<>();
    private final Map<State, State> states = new ConcurrentHashMap<>();
    private final AtomicLong keptPositions = new AtomicLong();
    private final State root;

    public PathMatcher(List<PathPattern> patterns) {
        BitSet start = new BitSet();
        for (int i = 0; i < patterns.size(); i++) {
            int first = positions.size();
            for (Glob glob : patterns.get(i).segments()) {
                positions.add(Position.before(i, glob));
            }
            positions.add(Position.endOf(i));
            reach(first, start);
        }
        this.root = state(start, -1);
    }

    /// A place in a pattern: before one of its segments, or at its end.
    private record Position(int pattern, @Nullable Glob glob, Kind kind) {
        enum Kind {
            NAME,
            GLOB,
            ANY_DEPTH,
            END
        }

        static Position before(int pattern, Glob glob) {
            if (glob.equals(PathPattern.ANY_DEPTH)) {
                return new Position(pattern, glob, Kind.ANY_DEPTH);
            }
            return new Position(pattern, glob, glob.isLiteral() ? Kind.NAME : Kind.GLOB);
        }

        static Position endOf(int pattern) {
            return new Position(pattern, null, Kind.END);
        }

        Optional<Bytes> name() {
            return kind == Kind.NAME && glob != null
                    ? Optional.of(glob.pattern())
                    : Optional.empty();
        }

        boolean takes(Bytes name) {
            return glob != null && glob.matches(name);
        }
    }

    /// The state at the tree's root.
    public State root() {
        return root;
    }

    /// Any depth can be none, so that who stands before it stands behind it too.
    private void reach(int position, BitSet reached) {
        int at = position;
        reached.set(at);
        while (positions.get(at).kind() == Position.Kind.ANY_DEPTH) {
            at++;
            reached.set(at);
        }
    }

    /// Sorts out the patterns that end here.
    private State state(BitSet reached, int coveringAbove) {
        int matched = -1;
        BitSet open = new BitSet();
        for (int at = reached.nextSetBit(0); at >= 0; at = reached.nextSetBit(at + 1)) {
            Position position = positions.get(at);
            if (position.kind() == Position.Kind.END) {
                matched = Math.max(matched, position.pattern());
            } else {
                open.set(at);
            }
        }
        return state(open.stream().toArray(), Math.max(coveringAbove, matched), matched);
    }

    private State state(int[] open, int covering, int exact) {
        boolean hasRoom =
                states.size() < MAX_STATES
                        && keptPositions.get() + open.length <= MAX_KEPT_POSITIONS;
        State made = new State(open, covering, exact, hasRoom);
        State known = hasRoom ? states.putIfAbsent(made, made) : states.get(made);
        if (hasRoom && known == null) {
            keptPositions.addAndGet(open.length);
        }
        return known == null ? made : known;
    }

    /// What the kept states weigh.
    long keptPositions() {
        return keptPositions.get();
    }

    /// Where a walk stands: immutable, and the same for all who stand alike.
    public final class State {
        private final int[] open;
        private final int covering;
        private final int exact;
        private final boolean isKept;

        /// What is found out once, of children that are kept: by a name that an open pattern says,
        /// and by every name that no open pattern asks about.
        private final Map<Bytes, State> named = new ConcurrentHashMap<>();

        private @Nullable Set<Bytes> names;
        private @Nullable State unnamed;

        private State(int[] open, int covering, int exact, boolean isKept) {
            this.open = open;
            this.covering = covering;
            this.exact = exact;
            this.isKept = isKept;
        }

        public State child(Bytes name) {
            State known = named.get(name);
            if (known != null) {
                return known;
            }
            if (names().contains(name)) {
                State found = step(name);
                if (found.isKept) {
                    named.put(name, found);
                }
                return found;
            }
            return isTakenByGlob(name) ? step(name) : unnamed(name);
        }

        private Set<Bytes> names() {
            Set<Bytes> found = names;
            if (found == null) {
                Set<Bytes> all = new HashSet<>();
                for (int at : open) {
                    positions.get(at).name().ifPresent(all::add);
                }
                found = Set.copyOf(all);
                names = found;
            }
            return found;
        }

        private boolean isTakenByGlob(Bytes name) {
            for (int at : open) {
                Position position = positions.get(at);
                if (position.kind() == Position.Kind.GLOB && position.takes(name)) {
                    return true;
                }
            }
            return false;
        }

        /// @param name any that no open pattern but any depth takes
        private State unnamed(Bytes name) {
            State found = unnamed;
            if (found == null) {
                found = step(name);
                unnamed = found.isKept ? found : null;
            }
            return found;
        }

        private State step(Bytes name) {
            BitSet next = new BitSet();
            for (int at : open) {
                Position position = positions.get(at);
                if (position.kind() == Position.Kind.ANY_DEPTH) {
                    reach(at, next);
                } else if (position.takes(name)) {
                    reach(at + 1, next);
                }
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
            return open.length > 0;
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || other instanceof State state
                            && covering == state.covering
                            && exact == state.exact
                            && Arrays.equals(open, state.open);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * Arrays.hashCode(open) + covering) + exact;
        }
    }
}
