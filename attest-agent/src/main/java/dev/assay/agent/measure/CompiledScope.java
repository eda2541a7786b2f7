package dev.assay.agent.measure;

import dev.assay.baseline.Anchor;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Expectation;
import dev.assay.scope.Glob;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathMatcher;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A scope that can be measured: its rules and expectations look at something and mean something
/// where they stand.
public final class CompiledScope {
    /// The node that the host's root directory is.
    public static final NodePath FILES = NodePath.of("fs");

    private final Scope scope;
    private final RuleState root;
    private final PathMatcher.State expectations;

    private CompiledScope(Scope scope) {
        this.scope = scope;
        this.root = RuleState.root(scope);
        this.expectations =
                new PathMatcher(scope.expectations().stream().map(Expectation::path).toList())
                        .root();
    }

    /// @throws IllegalArgumentException where a rule gives a class of files to what may be no file,
    ///   or an expectation would never be looked at
    public static CompiledScope of(Scope scope) {
        CompiledScope compiled = new CompiledScope(scope);
        scope.rules().forEach(CompiledScope::requireFiles);
        scope.expectations().forEach(compiled::requireLookedAt);
        return compiled;
    }

    private static void requireFiles(Rule rule) {
        boolean ofFiles =
                switch (rule.mutability()) {
                    case APPEND_ONLY, ROTATING, DATA_ONLY -> true;
                    case IMMUTABLE, METADATA, PRESENT, UNMEASURED -> false;
                };
        if (ofFiles && !isFiles(rule)) {
            throw new IllegalArgumentException(
                    "class " + rule.mutability().wire() + " is for files, not for " + rule.path());
        }
    }

    private static boolean isFiles(Rule rule) {
        Glob first = rule.path().segments().getFirst();
        return first.isLiteral() && first.pattern().equals(FILES.value());
    }

    private void requireLookedAt(Expectation expectation) {
        if (expectation.path().isLiteral()) {
            NodePath path = expectation.path().literal();
            if (path.startsWith(FILES) || !isMeasured(rule(path))) {
                throw new IllegalArgumentException(
                        "expectation for " + path + " is never looked at: no rule measures it");
            }
        }
    }

    private static boolean isMeasured(Optional<Rule> rule) {
        return rule.filter(found -> found.mutability() != MutabilityClass.UNMEASURED).isPresent();
    }

    public Scope scope() {
        return scope;
    }

    /// Whether anything but files is measured.
    public boolean measuresKernel() {
        return scope.rules().stream()
                .anyMatch(
                        rule -> rule.mutability() != MutabilityClass.UNMEASURED && !isFiles(rule));
    }

    /// Whether a new name in this directory of the host would be drift.
    ///
    /// @param relative to the host's root
    public boolean pinsNamesIn(Path relative) {
        NodePath path = FILES;
        for (Path name : relative) {
            if (!name.toString().isEmpty()) {
                path = path.child(name.toString());
            }
        }
        return rule(path)
                .filter(
                        rule ->
                                switch (rule.mutability()) {
                                    case IMMUTABLE, METADATA, APPEND_ONLY, ROTATING -> true;
                                    case DATA_ONLY, PRESENT, UNMEASURED -> false;
                                })
                .isPresent();
    }

    /// The anchors that a baseline of this measurement holds.
    public List<Anchor> anchorsOf(MeasurementSet set) {
        boolean none =
                scope.rules().stream()
                        .noneMatch(rule -> rule.mutability() == MutabilityClass.APPEND_ONLY);
        if (none) {
            return List.of();
        }
        List<Anchor> anchors = new ArrayList<>();
        for (Entry entry : set) {
            Leaf leaf = entry.leaf();
            Optional<Bytes> length = leaf.attribute(Leaf.LENGTH);
            Optional<Bytes> prefix = leaf.attribute(Leaf.PREFIX);
            if (leaf.kind() == Kind.FILE && length.isPresent() && prefix.isPresent()) {
                anchors.add(
                        new Anchor(
                                entry.path(),
                                Long.parseLong(length.get().lossyText()),
                                Digest.ofHex(prefix.get().lossyText())));
            }
        }
        return anchors;
    }

    RuleState files() {
        return root.child(FILES.value());
    }

    Optional<Rule> rule(NodePath path) {
        return root.descend(path).rule();
    }

    /// The last expectation that names the path.
    Optional<Expectation> expectation(NodePath path) {
        PathMatcher.State state = expectations.descend(path);
        return state.exact().isPresent()
                ? Optional.of(scope.expectations().get(state.exact().getAsInt()))
                : Optional.empty();
    }
}
