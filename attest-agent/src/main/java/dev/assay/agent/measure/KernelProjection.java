package dev.assay.agent.measure;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Expectation;
import dev.assay.scope.Facts;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the scope's classes and expectations let of the kernel's values into the tree.
final class KernelProjection {
    private static final Leaf HELD = Leaf.of(Kind.HELD, Map.of());

    private final CompiledScope scope;
    private final Facts facts;
    private final Findings findings;
    private final Set<NodePath> leftOut = new HashSet<>();
    private final List<BrokenExpectation> broken = new ArrayList<>();
    private final SortedMap<NodePath, Bytes> factValues = new TreeMap<>();

    /// @param broken in tree order
    /// @param factValues raw, of what is expected to equal a fact
    record Outcome(List<BrokenExpectation> broken, SortedMap<NodePath, Bytes> factValues) {
        static final Outcome NONE = new Outcome(List.of(), Collections.emptySortedMap());
    }

    KernelProjection(CompiledScope scope, Facts facts, Findings findings) {
        this.scope = scope;
        this.facts = facts;
        this.findings = findings;
    }

    Outcome project(List<Entry> collected) {
        Set<NodePath> seen = new HashSet<>();
        for (Entry entry : collected) {
            seen.add(entry.path());
            project(entry);
        }
        for (Expectation expectation : scope.scope().expectations()) {
            if (expectation.path().isLiteral() && seen.add(expectation.path().literal())) {
                requireAbsence(expectation.path().literal());
            }
        }
        broken.sort((one, other) -> one.path().compareTo(other.path()));
        return new Outcome(broken, factValues);
    }

    private void project(Entry entry) {
        Optional<Rule> rule = scope.rule(entry.path());
        if (rule.isEmpty()) {
            return;
        }
        findings.looked(rule.get().mutability());
        Leaf actual = entry.leaf();
        Optional<Expectation> expectation = scope.expectation(entry.path());
        switch (rule.get().mutability()) {
            case UNMEASURED -> {
                NodePath top = top(entry.path(), rule.get());
                if (leftOut.add(top)) {
                    findings.notMeasured(top, rule.get().reason());
                }
            }
            case IMMUTABLE, METADATA, PRESENT -> {
                if (expectation.isPresent()) {
                    expect(entry.path(), actual, expectation.get());
                } else {
                    findings.add(entry.path(), byClass(actual, rule.get().mutability()));
                }
            }
            case APPEND_ONLY, ROTATING, DATA_ONLY ->
                    throw new IllegalStateException("a compiled scope has no such rule");
        }
    }

    /// Where the rule's region begins on the way to `path`.
    private NodePath top(NodePath path, Rule rule) {
        NodePath top = path;
        while (scope.rule(top.parent()).filter(rule::equals).isPresent()) {
            top = top.parent();
        }
        return top;
    }

    private static Leaf byClass(Leaf actual, MutabilityClass mutability) {
        boolean whole = mutability == MutabilityClass.IMMUTABLE || actual.kind().isUndetermined();
        return whole ? actual : HELD;
    }

    private void expect(NodePath path, Leaf actual, Expectation expectation) {
        if (expectation.equalsFact() != null) {
            actual.attribute(Leaf.VALUE).ifPresent(value -> factValues.put(path, value));
        }
        Optional<Leaf> projected = expectation.project(Optional.of(actual), facts);
        projected.ifPresent(leaf -> findings.add(path, leaf));
        boolean held = projected.isEmpty() || projected.get().kind() == Kind.HELD;
        if (!held && !actual.kind().isUndetermined()) {
            broken.add(new BrokenExpectation(path, expectation, Optional.of(actual)));
        }
    }

    private void requireAbsence(NodePath path) {
        Expectation last = scope.expectation(path).orElseThrow();
        if (!last.condition().holds(Optional.empty(), facts)) {
            broken.add(new BrokenExpectation(path, last, Optional.empty()));
        }
    }
}
