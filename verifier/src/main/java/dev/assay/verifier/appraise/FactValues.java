package dev.assay.verifier.appraise;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Evidence;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Condition;
import dev.assay.scope.Expectation;
import dev.assay.scope.Facts;
import dev.assay.scope.MutabilityClass;
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

    /// The drifts of those that do not hold, sorted by path. A value that is not there is {@link
    /// #missing}'s business.
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

    /// The values that a host with the baseline's root has and did not send, as drifts without a
    /// measured leaf; sorted by path. The golden tree holds a constant at the path of every fact's
    /// expectation that names one path: a capture that broke it would have been refused. An agent
    /// that may leave the value out could put the constant into its tree whatever the value is.
    static List<Drift> missing(Evidence evidence, Scope scope) {
        List<Expectation> expectations = scope.expectations();
        PathMatcher matcher =
                new PathMatcher(expectations.stream().map(Expectation::path).toList());
        List<Drift> missing = new ArrayList<>();
        for (int i = 0; i < expectations.size(); i++) {
            Expectation expectation = expectations.get(i);
            if (expectation.equalsFact() == null || !expectation.path().isLiteral()) {
                continue;
            }
            NodePath path = expectation.path().literal();
            var last = matcher.root().descend(path).exact();
            if (last.isPresent()
                    && last.getAsInt() == i
                    && isMeasured(path, scope)
                    && !evidence.values().containsKey(path.toString())
                    && !isBeyondLimit(path, evidence, expectations, matcher)) {
                missing.add(
                        new Drift(path, expectation.heldLeaf(), null, null, survives(path, scope)));
            }
        }
        missing.sort((a, b) -> a.path().compareTo(b.path()));
        return missing;
    }

    private static boolean isMeasured(NodePath path, Scope scope) {
        return RuleState.root(scope)
                .descend(path)
                .rule()
                .filter(rule -> rule.mutability() != MutabilityClass.UNMEASURED)
                .isPresent();
    }

    /// An agent sends as many as it may, in the order of their paths. Values that no expectation
    /// asks for excuse nothing.
    private static boolean isBeyondLimit(
            NodePath missing, Evidence evidence, List<Expectation> all, PathMatcher matcher) {
        return evidence.values().size() == Evidence.MAX_VALUES
                && missing.toString().compareTo(evidence.values().lastKey()) > 0
                && evidence.values().keySet().stream()
                        .allMatch(
                                sent ->
                                        path(sent).stream()
                                                .flatMapToInt(
                                                        path ->
                                                                matcher
                                                                        .root()
                                                                        .descend(path)
                                                                        .exact()
                                                                        .stream())
                                                .anyMatch(i -> all.get(i).equalsFact() != null));
    }

    private static boolean survives(NodePath path, Scope scope) {
        return RuleState.root(scope).descend(path).rule().map(Rule::outlivesReset).orElse(true);
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
        return new Drift(
                path, expectation.heldLeaf(), Leaf.ofValue(value), null, survives(path, scope));
    }
}
