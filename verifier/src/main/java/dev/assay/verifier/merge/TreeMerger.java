package dev.assay.verifier.merge;

import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.text.DriftText;
import dev.assay.text.Numbers;
import dev.assay.tree.NodePath;
import dev.assay.verifier.collect.CapturedFile;
import dev.assay.verifier.incident.PathNature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// All that was measured, path by path through all manifests at once.
final class TreeMerger implements PartMerger<MeasurementSet> {
    /// Where the kernel says for which machine it was built.
    private static final Set<NodePath> PLATFORM =
            Set.of(
                    NodePath.of("kernel/sysctl/kernel.arch"),
                    NodePath.of("kernel/config/CONFIG_X86_64"),
                    NodePath.of("kernel/config/CONFIG_ARM64"),
                    NodePath.of("kernel/config/CONFIG_RISCV"),
                    NodePath.of("kernel/config/CONFIG_PPC64"),
                    NodePath.of("kernel/config/CONFIG_S390"));

    private final RuleState rules;
    private final Proposer proposer;

    /// Indexes of the captures, the earliest first.
    private final List<Integer> byTime;

    private final List<Entry> joined = new ArrayList<>();
    private final List<Difference> differences = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long total;
    private @Nullable Lacking lacking;

    TreeMerger(Scope scope, List<CapturedFile> captures) {
        this.rules = RuleState.root(scope);
        this.proposer = new Proposer(scope, captures.size());
        this.byTime =
                IntStream.range(0, captures.size())
                        .boxed()
                        .sorted(
                                Comparator.comparing(
                                        index -> captures.get(index).baseline().captured().at()))
                        .toList();
    }

    /// A folder that some captures lack, with all that lies below it: one difference, not one for
    /// each file.
    private static final class Lacking {
        private final NodePath path;
        private final List<@Nullable Leaf> leaves;
        private final Set<String> dangers = new TreeSet<>();
        private long below;

        Lacking(NodePath path, List<@Nullable Leaf> leaves) {
            this.path = path;
            this.leaves = leaves;
        }
    }

    @Override
    public Joined<MeasurementSet> join(List<CapturedFile> captures)
            throws IOException, MalformedInputException, MergeRefusedException {
        List<ManifestReader> readers = new ArrayList<>();
        try {
            for (CapturedFile capture : captures) {
                readers.add(capture.entries());
            }
            walk(readers);
        } finally {
            readers.forEach(ManifestReader::close);
        }
        return new Joined<>(
                MeasurementSet.of(total == 0 ? joined : List.of()), differences, total, notes);
    }

    private void walk(List<ManifestReader> readers)
            throws IOException, MalformedInputException, MergeRefusedException {
        List<@Nullable Entry> heads = new ArrayList<>();
        for (ManifestReader reader : readers) {
            heads.add(reader.next());
        }
        while (true) {
            NodePath least = null;
            for (Entry head : heads) {
                if (head != null && (least == null || head.path().compareTo(least) < 0)) {
                    least = head.path();
                }
            }
            if (least == null) {
                endLacking();
                return;
            }
            List<@Nullable Entry> here = new ArrayList<>();
            for (int i = 0; i < heads.size(); i++) {
                Entry head = heads.get(i);
                boolean its = head != null && head.path().equals(least);
                here.add(its ? head : null);
                if (its) {
                    heads.set(i, readers.get(i).next());
                }
            }
            visit(least, here);
        }
    }

    private void visit(NodePath path, List<@Nullable Entry> here) throws MergeRefusedException {
        Entry first = here.getFirst();
        if (first != null && here.stream().allMatch(first::equals)) {
            keep(first);
            return;
        }
        if (PLATFORM.contains(path)) {
            throw new MergeRefusedException(
                    List.of(
                            "they are of different platforms: "
                                    + DriftText.name(path)
                                    + " is not alike"));
        }
        List<@Nullable Leaf> leaves = new ArrayList<>();
        here.forEach(entry -> leaves.add(entry == null ? null : entry.leaf()));
        if (isLacking(path, leaves)) {
            return;
        }
        Optional<Leaf> begins = grown(path, leaves);
        if (begins.isPresent()) {
            keep(Entry.of(path, begins.get()));
            notes.add(
                    DriftText.name(path)
                            + " may grow: it has to begin as the shortest of them does, "
                            + Numbers.bytes(length(begins.get()))
                            + "; that the longer ones do is not known, and shows as drift if not");
            return;
        }
        differs(path, leaves, 0, Set.of());
    }

    private void keep(Entry entry) {
        if (total == 0) {
            joined.add(entry);
        }
    }

    private void differs(
            NodePath path, List<@Nullable Leaf> leaves, long below, Set<String> dangers) {
        total++;
        joined.clear();
        if (differences.size() < Merge.MAX_DIFFERENCES) {
            List<@Nullable Leaf> ordered = new ArrayList<>();
            byTime.forEach(index -> ordered.add(leaves.get(index)));
            differences.add(
                    new Difference(path, leaves, below, proposer.of(path, ordered, dangers)));
        }
    }

    /// Whether it lies in a folder that some lack, or is one.
    private boolean isLacking(NodePath path, List<@Nullable Leaf> leaves) {
        Lacking open = lacking;
        if (open != null && path.startsWith(open.path)) {
            open.below++;
            for (Leaf leaf : Difference.present(leaves)) {
                open.dangers.addAll(PathNature.of(path, leaf).dangers());
            }
            return true;
        }
        endLacking();
        boolean folder =
                Difference.comesAndGoes(leaves)
                        && Difference.present(leaves).stream()
                                .allMatch(leaf -> leaf.kind() == Kind.DIRECTORY);
        if (folder) {
            lacking = new Lacking(path, leaves);
        }
        return folder;
    }

    private void endLacking() {
        Lacking open = lacking;
        if (open != null) {
            lacking = null;
            differs(open.path, open.leaves, open.below, open.dangers);
        }
    }

    /// The shortest of files that may only grow, where nothing speaks against the others beginning
    /// so. It asks no less of any host than each capture would.
    private Optional<Leaf> grown(NodePath path, List<@Nullable Leaf> leaves) {
        boolean appendOnly =
                rules.descend(path)
                        .rule()
                        .filter(rule -> rule.mutability() == MutabilityClass.APPEND_ONLY)
                        .isPresent();
        if (!appendOnly
                || Difference.comesAndGoes(leaves)
                || !Set.of(Leaf.LENGTH, Leaf.PREFIX).containsAll(Difference.attributes(leaves))) {
            return Optional.empty();
        }
        List<Leaf> present = Difference.present(leaves);
        long lengths = present.stream().map(TreeMerger::length).distinct().count();
        long beginnings =
                present.stream().map(leaf -> leaf.attribute(Leaf.PREFIX)).distinct().count();
        boolean contradicted =
                lengths != beginnings || present.stream().anyMatch(TreeMerger::isNone);
        return contradicted
                ? Optional.empty()
                : present.stream().min(Comparator.comparingLong(TreeMerger::length));
    }

    private static boolean isNone(Leaf leaf) {
        return length(leaf) < 0;
    }

    private static long length(Leaf leaf) {
        String text = leaf.attribute(Leaf.LENGTH).map(Bytes::lossyText).orElse("");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }
}
