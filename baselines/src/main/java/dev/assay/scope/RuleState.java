package dev.assay.scope;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.util.Optional;

/// The scope's answer while a walk goes down the tree: the rule of each node.
public final class RuleState {
    private final Scope scope;
    private final PathMatcher.State state;

    private RuleState(Scope scope, PathMatcher.State state) {
        this.scope = scope;
        this.state = state;
    }

    public static RuleState root(Scope scope) {
        return new RuleState(scope, matcher(scope).root());
    }

    /// The state at a path below this one.
    public RuleState descend(NodePath relative) {
        return new RuleState(scope, state.descend(relative));
    }

    private static PathMatcher matcher(Scope scope) {
        return new PathMatcher(scope.rules().stream().map(Rule::path).toList());
    }

    public RuleState child(Bytes name) {
        PathMatcher.State next = state.child(name);
        return next.equals(state) ? this : new RuleState(scope, next);
    }

    /// Empty outside the scope.
    public Optional<Rule> rule() {
        return state.covering().isPresent()
                ? Optional.of(scope.rules().get(state.covering().getAsInt()))
                : Optional.empty();
    }

    /// Whether some rule names this very node, not one above it.
    public boolean isNamed() {
        return state.exact().isPresent();
    }

    /// Whether a rule names something below: the walk enters for it even where nothing else here is
    /// measured.
    public boolean mayMatchBelow() {
        return state.mayMatchBelow();
    }

    /// Whether the walk has to enter: something here or below has a rule that measures.
    public boolean mustEnter() {
        return state.mayMatchBelow()
                || rule().filter(rule -> rule.mutability() != MutabilityClass.UNMEASURED)
                        .isPresent();
    }
}
