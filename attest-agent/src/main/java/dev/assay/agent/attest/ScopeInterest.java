package dev.assay.agent.attest;

import dev.assay.agent.watch.Interest;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import java.util.List;

/// What some scopes measure, for who watches it.
final class ScopeInterest implements Interest {
    private final List<RuleState> roots;

    ScopeInterest(List<Scope> scopes) {
        roots = scopes.stream().map(RuleState::root).toList();
    }

    @Override
    public boolean measured(NodePath path) {
        return roots.stream().anyMatch(root -> isMeasured(root.descend(path)));
    }

    @Override
    public boolean descend(NodePath directory) {
        return roots.stream()
                .map(root -> root.descend(directory))
                .anyMatch(state -> isMeasured(state) || state.mayMatchBelow());
    }

    private static boolean isMeasured(RuleState state) {
        return state.rule()
                .filter(rule -> rule.mutability() != MutabilityClass.UNMEASURED)
                .isPresent();
    }
}
