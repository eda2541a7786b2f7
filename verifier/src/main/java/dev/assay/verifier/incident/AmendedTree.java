package dev.assay.verifier.incident;

import dev.assay.baseline.Anchor;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.Drift;
import dev.assay.baseline.EntrySource;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.incident.AmendmentRefusedException.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The golden tree with the accepted drifts in it and the new classes applied, and what was counted
/// of it. Each golden side of a drift is held against the manifest: an incident that was seen by
/// another baseline is not applied to this one by mistake.
final class AmendedTree {
    private final Baseline before;
    private final RuleState oldRules;
    private final RuleState newRules;
    private final SortedMap<NodePath, Drift> selected;
    private final NavigableSet<NodePath> targets;
    private final AmendmentRequest request;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<NodePath> seen = new HashSet<>();
    private final SortedMap<NodePath, Anchor> anchors = new TreeMap<>();
    private final EnumMap<MutabilityClass, Coverage.Count> counts =
            new EnumMap<>(MutabilityClass.class);

    AmendedTree(
            Baseline before,
            Scope scope,
            SortedMap<NodePath, Drift> selected,
            NavigableSet<NodePath> targets,
            AmendmentRequest request) {
        this.before = before;
        this.oldRules = RuleState.root(before.scope());
        this.newRules = RuleState.root(scope);
        this.selected = selected;
        this.targets = targets;
        this.request = request;
        before.anchors().forEach(anchor -> anchors.put(anchor.path(), anchor));
        counts.putAll(before.coverage().classes());
    }

    void run(EntrySource golden) throws IOException, MalformedInputException {
        List<Drift> drifts = List.copyOf(selected.values());
        int at = 0;
        for (Entry entry = golden.next(); entry != null; entry = golden.next()) {
            while (at < drifts.size() && drifts.get(at).path().compareTo(entry.path()) < 0) {
                add(drifts.get(at).path(), null, drifts.get(at++));
            }
            boolean drifted = at < drifts.size() && drifts.get(at).path().equals(entry.path());
            if (drifted) {
                add(entry.path(), entry.leaf(), drifts.get(at++));
            } else if (isBelowTarget(entry.path())) {
                add(entry.path(), entry.leaf(), null);
            } else {
                entries.add(entry);
            }
        }
        while (at < drifts.size()) {
            add(drifts.get(at).path(), null, drifts.get(at++));
        }
        for (NodePath target : targets) {
            if (!seen.contains(target)) {
                problem(
                        target,
                        "nothing is measured at it that could be counted out: name a path"
                                + " of the incident, or capture the golden host anew");
            }
        }
    }

    private boolean isBelowTarget(NodePath path) {
        return target(path) != null;
    }

    /// No target lies in another, so that the last one before the path is the one it lies in.
    private @Nullable NodePath target(NodePath path) {
        NodePath last = targets.floor(path);
        return last != null && path.startsWith(last) ? last : null;
    }

    private void problem(NodePath path, String why) {
        problems.add(new Problem(path, why));
    }

    private void add(NodePath path, @Nullable Leaf golden, @Nullable Drift drift) {
        seen.add(path);
        if (drift != null && !Objects.equals(drift.golden(), golden)) {
            problem(
                    path,
                    "is not what it was in the baseline that the incident was seen by"
                            + Amendment.CAPTURE_ANEW);
            return;
        }
        Leaf measured = drift == null ? golden : drift.measured();
        Rule oldRule = oldRules.descend(path).rule().orElse(null);
        Rule newRule = newRules.descend(path).rule().orElse(null);
        if (oldRule == null || newRule == null) {
            problem(path, "no rule of the scope covers it" + Amendment.CAPTURE_ANEW);
            return;
        }
        if (drift == null) {
            requireHarmless(path, golden);
        }
        MutabilityClass from = oldRule.mutability();
        boolean moved = !oldRule.equals(newRule);
        if (moved && isUncounted(from) && isFolder(golden)) {
            problem(path, "how much lies below it is not known" + Amendment.CAPTURE_ANEW);
            return;
        }
        Leaf next = moved ? moved(path, measured, from, newRule) : measured;
        if (next != null) {
            entries.add(Entry.of(path, next));
        }
        count(path, golden, from, measured, moved, newRule.mutability());
        anchor(path, next);
    }

    /// Where files come and go only the folder has a leaf.
    private static boolean isUncounted(MutabilityClass mutability) {
        return switch (mutability) {
            case ROTATING, DATA_ONLY -> true;
            case IMMUTABLE, METADATA, APPEND_ONLY, PRESENT, UNMEASURED -> false;
        };
    }

    private static boolean isFolder(@Nullable Leaf leaf) {
        return leaf != null && leaf.kind() == Kind.DIRECTORY;
    }

    /// What a folder takes along when it is measured less.
    private void requireHarmless(NodePath path, @Nullable Leaf golden) {
        NodePath target = target(path);
        if (target != null
                && !request.dangerous().contains(target)
                && !PathNature.of(path, golden).dangers().isEmpty()) {
            problem(
                    target,
                    "would be measured less, with what runs or gives rights in it: say"
                            + " --accept-dangerous with it if it is meant");
        }
    }

    private @Nullable Leaf moved(
            NodePath path, @Nullable Leaf measured, MutabilityClass from, Rule to) {
        if (measured == null) {
            return null;
        }
        return switch (to.mutability()) {
            case UNMEASURED -> null;
            case PRESENT -> targets.contains(path) ? Projections.held() : null;
            case METADATA -> {
                Optional<Leaf> projected = Projections.metadata(measured, from);
                if (projected.isEmpty()) {
                    problem(
                            path,
                            "its mode and owner do not follow from what class "
                                    + from.wire()
                                    + " measured"
                                    + Amendment.CAPTURE_ANEW);
                }
                yield projected.orElse(null);
            }
            case IMMUTABLE, APPEND_ONLY, ROTATING, DATA_ONLY ->
                    throw new IllegalStateException("no rule of class " + to.mutability().wire());
        };
    }

    private void count(
            NodePath path,
            @Nullable Leaf golden,
            MutabilityClass from,
            @Nullable Leaf measured,
            boolean moved,
            MutabilityClass to) {
        boolean counted =
                switch (from) {
                    // A thing has a leaf there only where it broke the rule. Whether it was counted
                    // before nobody knows: rather one too few.
                    case ROTATING, DATA_ONLY -> moved;
                    case IMMUTABLE, METADATA, APPEND_ONLY, PRESENT, UNMEASURED -> golden != null;
                };
        if (counted) {
            change(from, -1, golden == null ? 0 : -bytes(golden, from));
        }
        boolean stillCounted =
                switch (to) {
                    case ROTATING, DATA_ONLY, UNMEASURED -> false;
                    case PRESENT -> measured != null && (!moved || targets.contains(path));
                    case IMMUTABLE, METADATA, APPEND_ONLY -> measured != null;
                };
        if (stillCounted) {
            change(to, 1, measured == null ? 0 : bytes(measured, to));
        }
    }

    private static long bytes(Leaf leaf, MutabilityClass mutability) {
        String name =
                switch (mutability) {
                    case IMMUTABLE -> Leaf.SIZE;
                    case APPEND_ONLY -> Leaf.LENGTH;
                    case METADATA, ROTATING, DATA_ONLY, PRESENT, UNMEASURED -> "";
                };
        Bytes value = leaf.attributes().get(name);
        String text = value == null ? "" : value.lossyText();
        return leaf.kind() == Kind.FILE && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private void change(MutabilityClass mutability, int entriesMore, long bytesMore) {
        Coverage.Count count = counts.getOrDefault(mutability, new Coverage.Count(0, 0));
        long entriesNow = Math.clamp(count.entries() + entriesMore, 0, Coverage.Count.MAX);
        long bytesNow = Math.clamp(count.bytes() + bytesMore, 0, Coverage.Count.MAX);
        counts.put(mutability, new Coverage.Count(entriesNow, bytesNow));
    }

    private void anchor(NodePath path, @Nullable Leaf next) {
        anchors.remove(path);
        Bytes length = next == null ? null : next.attributes().get(Leaf.LENGTH);
        Bytes prefix = next == null ? null : next.attributes().get(Leaf.PREFIX);
        if (length != null && prefix != null) {
            anchors.put(
                    path,
                    new Anchor(
                            path,
                            Long.parseLong(length.lossyText()),
                            Digest.ofHex(prefix.lossyText())));
        }
    }

    List<Problem> problems() {
        return problems;
    }

    MeasurementSet entries() {
        return MeasurementSet.of(entries);
    }

    List<Anchor> anchors() {
        return List.copyOf(anchors.values());
    }

    Coverage coverage() {
        Map<MutabilityClass, Coverage.Count> left = new EnumMap<>(counts);
        left.values().removeIf(count -> count.entries() == 0);
        boolean leavesOut = request.mutability() == MutabilityClass.UNMEASURED;
        List<Coverage.NotMeasured> notMeasured = new ArrayList<>();
        for (Coverage.NotMeasured one : before.coverage().notMeasured()) {
            if (targets.stream().noneMatch(target -> lies(one.path(), target))) {
                notMeasured.add(one);
            }
        }
        if (leavesOut) {
            targets.stream()
                    .map(target -> new Coverage.NotMeasured(target.toString(), request.reason()))
                    .filter(one -> one.path().length() <= 4096)
                    .forEach(notMeasured::add);
        }
        return new Coverage(
                left,
                notMeasured.stream()
                        .sorted(Comparator.comparing(Coverage.NotMeasured::path))
                        .limit(Coverage.MAX_NOT_MEASURED)
                        .toList());
    }

    private static boolean lies(String path, NodePath target) {
        String text = target.toString();
        return path.equals(text) || path.startsWith(text + "/");
    }
}
