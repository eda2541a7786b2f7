package dev.assay.agent.measure;

import dev.assay.agent.tree.Undetermined;
import dev.assay.baseline.Coverage;
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
import java.util.EnumMap;
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
    private final List<Entry> entries = new ArrayList<>();
    private final Map<MutabilityClass, Long> looked = new EnumMap<>(MutabilityClass.class);
    private final List<Coverage.NotMeasured> notMeasured = new ArrayList<>();
    private final Set<NodePath> leftOut = new HashSet<>();
    private final List<BrokenExpectation> broken = new ArrayList<>();
    private final SortedMap<NodePath, Bytes> factValues = new TreeMap<>();

    /// @param entries in tree order
    /// @param looked how many values were looked at, by class
    /// @param broken in tree order
    /// @param factValues raw, of what is expected to equal a fact
    record Outcome(
            List<Entry> entries,
            Map<MutabilityClass, Long> looked,
            List<Coverage.NotMeasured> notMeasured,
            List<BrokenExpectation> broken,
            SortedMap<NodePath, Bytes> factValues) {
        static final Outcome NONE =
                new Outcome(
                        List.of(), Map.of(), List.of(), List.of(), Collections.emptySortedMap());
    }

    KernelProjection(CompiledScope scope, Facts facts) {
        this.scope = scope;
        this.facts = facts;
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
        return new Outcome(sorted(), looked, notMeasured, broken, factValues);
    }

    /// A table that changes while it is read can name a thing twice.
    private List<Entry> sorted() {
        Collections.sort(entries);
        List<Entry> unique = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (!unique.isEmpty() && unique.getLast().path().equals(entry.path())) {
                byte[] before = unique.removeLast().encoded().toArray();
                byte[] merged = Undetermined.merge(before, entry.encoded().toArray());
                unique.add(new Entry(entry.path(), Bytes.copyOf(merged)));
            } else {
                unique.add(entry);
            }
        }
        return unique;
    }

    private void add(NodePath path, Leaf leaf) {
        entries.add(Entry.of(path, leaf));
    }

    private void project(Entry entry) {
        Optional<Rule> rule = scope.rule(entry.path());
        if (rule.isEmpty()) {
            return;
        }
        looked.merge(rule.get().mutability(), 1L, Long::sum);
        Leaf actual = entry.leaf();
        Optional<Expectation> expectation = scope.expectation(entry.path());
        switch (rule.get().mutability()) {
            case UNMEASURED -> {
                NodePath top = top(entry.path(), rule.get());
                if (leftOut.add(top)) {
                    notMeasured.add(new Coverage.NotMeasured(top.toString(), rule.get().reason()));
                }
            }
            case IMMUTABLE, METADATA, PRESENT -> {
                if (expectation.isPresent()) {
                    expect(entry.path(), actual, expectation.get());
                } else {
                    add(entry.path(), byClass(actual, rule.get().mutability()));
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
        projected.ifPresent(leaf -> add(path, leaf));
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
