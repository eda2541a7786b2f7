package dev.assay.verifier.appraise;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Evidence;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Condition;
import dev.assay.scope.Expectation;
import dev.assay.scope.Facts;
import dev.assay.scope.PathMatcher;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds the values that must equal a fact of the enrolment against the facts that the verifier
/// wrote down itself: the constant in the tree says only that they equalled the facts that the
/// agent has.
final class FactValues {
    private FactValues() {}

    /// The drifts of those that do not hold, sorted by path. A value that is not there is not
    /// looked for: whether the tree has one is the root's business.
    static List<Drift> mismatches(Evidence evidence, Scope scope, Facts facts) {
        List<Expectation> expectations = scope.expectations();
        PathMatcher matcher =
                new PathMatcher(expectations.stream().map(Expectation::path).toList());
        List<Drift> drifts = new ArrayList<>();
        for (Map.Entry<String, Bytes> value : evidence.values().entrySet()) {
            path(value.getKey())
                    .ifPresent(
                            path -> {
                                var matched = matcher.root().descend(path).exact();
                                if (matched.isPresent()) {
                                    Expectation expectation = expectations.get(matched.getAsInt());
                                    if (misses(expectation, value.getValue(), facts)) {
                                        drifts.add(
                                                drift(path, expectation, value.getValue(), scope));
                                    }
                                }
                            });
        }
        drifts.sort((a, b) -> a.path().compareTo(b.path()));
        return drifts;
    }

    private static Optional<NodePath> path(String text) {
        try {
            return Optional.of(NodePath.of(text));
        } catch (IllegalArgumentException noPath) {
            return Optional.empty();
        }
    }

    private static boolean misses(Expectation expectation, Bytes value, Facts facts) {
        return switch (expectation.condition()) {
            case Condition.EqualsFact fact -> !fact.holds(Optional.of(value), facts);
            case Condition.Exact exact -> false;
            case Condition.OneOf oneOf -> false;
            case Condition.Range range -> false;
            case Condition.Absent absent -> false;
            case Condition.Any any -> false;
        };
    }

    private static Drift drift(NodePath path, Expectation expectation, Bytes value, Scope scope) {
        boolean survives =
                RuleState.root(scope).descend(path).rule().map(Rule::outlivesReset).orElse(true);
        return new Drift(path, expectation.heldLeaf(), Leaf.ofValue(value), null, survives);
    }
}
