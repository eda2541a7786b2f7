package dev.assay.baseline;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.tree.TreeFold;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The tree that a drift report claims: the baseline's with the report applied to it. Its root must
/// be the attested one; only then are its drifts what happened.
///
/// @param drifts each item of the report with its golden side
public record ClaimedTree(Digest root, List<Drift> drifts) {
    public ClaimedTree {
        drifts = List.copyOf(drifts);
    }

    /// @throws MalformedInputException where an item is no leaf, or claims a drift where there is
    ///   none
    public static ClaimedTree of(EntrySource golden, DriftReport report, Scope scope)
            throws IOException, MalformedInputException {
        return report.subtrees().isEmpty()
                ? new WithItems(report.items(), scope).fold(golden)
                : new ClaimedTree(rootWithSubtrees(golden, report.subtrees()), List.of());
    }

    /// The same by a tree in memory.
    ///
    /// @throws MalformedInputException where an item is no leaf, or claims a drift where there is
    ///   none
    public static ClaimedTree of(GoldenTree golden, DriftReport report, Scope scope)
            throws MalformedInputException {
        if (report.subtrees().isEmpty()) {
            return new WithItems(report.items(), scope).fold(golden);
        }
        try {
            return of(golden.entries(), report, scope);
        } catch (IOException e) {
            throw new IllegalStateException("memory is not read from anywhere", e);
        }
    }

    private static final class WithItems {
        private final List<DriftReport.Item> items;
        private final RuleState rules;
        private final TreeFold fold = new TreeFold();
        private final List<Drift> drifts = new ArrayList<>();
        private int at;

        WithItems(List<DriftReport.Item> items, Scope scope) {
            this.items = items;
            this.rules = RuleState.root(scope);
        }

        ClaimedTree fold(EntrySource golden) throws IOException, MalformedInputException {
            for (Entry entry = golden.next(); entry != null; entry = golden.next()) {
                addItemsBefore(entry.path());
                addKept(entry);
            }
            return finish();
        }

        /// What no item lies in stays as it is, by its digest.
        ClaimedTree fold(GoldenTree golden) throws MalformedInputException {
            GoldenTree.Descent descent = new GoldenTree.Descent(golden);
            GoldenTree.Descent.Step step = descent.next();
            while (step != null) {
                NodePath path = step.path();
                addItemsBefore(path);
                if (at < items.size() && items.get(at).path().startsWith(path)) {
                    @Nullable Bytes leaf = step.node().leaf();
                    if (leaf != null) {
                        addKept(new Entry(path, leaf));
                    }
                    descent.enter(step);
                } else {
                    fold.addSubtree(path, step.node().digest());
                }
                step = descent.next();
            }
            return finish();
        }

        private void addItemsBefore(NodePath path) throws MalformedInputException {
            while (at < items.size() && items.get(at).path().compareTo(path) < 0) {
                add(null, items.get(at++));
            }
        }

        /// A golden entry, or what an item makes of it.
        private void addKept(Entry entry) throws MalformedInputException {
            if (at < items.size() && items.get(at).path().equals(entry.path())) {
                add(entry, items.get(at++));
            } else {
                fold.add(entry.path(), entry.encoded());
            }
        }

        private ClaimedTree finish() throws MalformedInputException {
            while (at < items.size()) {
                add(null, items.get(at++));
            }
            return new ClaimedTree(fold.finish(), drifts);
        }

        private void add(@Nullable Entry before, DriftReport.Item item)
                throws MalformedInputException {
            @Nullable Map<String, String> fields = item.measured();
            @Nullable Leaf leaf = fields == null ? null : LeafJson.parse(fields);
            @Nullable Entry after = leaf == null ? null : Entry.of(item.path(), leaf);
            if (before == null ? after == null : before.equals(after)) {
                throw noDriftAt(item.path());
            }
            if (after != null) {
                fold.add(after.path(), after.encoded());
            }
            drifts.add(Comparison.drift(before, after, rules).withOwner(item.owner()));
        }
    }

    private static Digest rootWithSubtrees(EntrySource golden, List<DriftReport.Subtree> subtrees)
            throws IOException, MalformedInputException {
        TreeFold fold = new TreeFold();
        Set<NodePath> claimed =
                subtrees.stream().map(DriftReport.Subtree::path).collect(Collectors.toSet());
        Map<NodePath, Digest> before = new HashMap<>();
        TreeFold goldenFold =
                new TreeFold(
                        (path, digest) -> {
                            if (claimed.contains(path)) {
                                before.put(path, digest);
                            }
                        });
        int at = 0;
        @Nullable NodePath inside = null;
        for (Entry entry = golden.next(); entry != null; entry = golden.next()) {
            goldenFold.add(entry.path(), entry.encoded());
            if (inside != null && entry.path().startsWith(inside)) {
                continue;
            }
            while (at < subtrees.size() && subtrees.get(at).path().compareTo(entry.path()) <= 0) {
                inside = add(fold, subtrees.get(at++));
            }
            if (inside == null || !entry.path().startsWith(inside)) {
                fold.add(entry.path(), entry.encoded());
            }
        }
        while (at < subtrees.size()) {
            add(fold, subtrees.get(at++));
        }
        goldenFold.finish();
        for (DriftReport.Subtree subtree : subtrees) {
            if (Objects.equals(before.get(subtree.path()), subtree.digest())) {
                throw noDriftAt(subtree.path());
            }
        }
        return fold.finish();
    }

    /// An unchanged subtree leaves the root as it is: without this a list could be padded with it.
    private static MalformedInputException noDriftAt(NodePath path) {
        return new MalformedInputException(
                "drift report claims a drift at " + path + " where there is none");
    }

    private static NodePath add(TreeFold fold, DriftReport.Subtree subtree) {
        if (subtree.digest() != null) {
            fold.addSubtree(subtree.path(), subtree.digest());
        }
        return subtree.path();
    }
}
