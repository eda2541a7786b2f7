package dev.assay.verifier.incident;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.EntrySource;
import dev.assay.baseline.UndeterminedRegions;
import dev.assay.bytes.MalformedInputException;
import dev.assay.ima.ExecutedPath;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Expectation;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathMatcher;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.StoredDrift;
import dev.assay.verifier.incident.AmendmentRefusedException.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Derives the next baseline from the present one and an incident that was a false alarm. Pure:
/// what follows from leaves that are known is derived, everything else is refused, and nothing that
/// runs or gives rights gets in unless it was named.
///
/// Nothing is learned: who signs the result says that it is golden, and sees file by file what he
/// signs.
public final class Amendment {
    static final String CAPTURE_ANEW = ": capture the golden host anew";

    private static final NodePath FILES = NodePath.of("fs");

    private static final NodePath BOOT = NodePath.of("boot");

    private final Baseline before;
    private final AmendmentRequest request;
    private final RuleState rules;
    private final PathMatcher.State expectations;
    private final SortedMap<NodePath, Drift> selected = new TreeMap<>();
    private final NavigableSet<NodePath> targets = new TreeSet<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<DriftReport.Subtree> subtrees = new ArrayList<>();
    private final List<NodePath> left = new ArrayList<>();

    private Amendment(Baseline before, AmendmentRequest request) {
        this.before = before;
        this.request = request;
        this.rules = RuleState.root(before.scope());
        this.expectations =
                new PathMatcher(
                                before.scope().expectations().stream()
                                        .map(Expectation::path)
                                        .toList())
                        .root();
    }

    /// One path that becomes golden.
    ///
    /// @param mutability the class that it has from now on
    /// @param dangers named by whoever asked
    public record Accepted(Drift drift, MutabilityClass mutability, SortedSet<String> dangers) {}

    /// @param baseline without its manifest's reference, which is known when it was written
    /// @param tree all that is golden now
    /// @param accepted sorted by path
    /// @param wholesale subtrees that are taken out of what is measured, of which only counts are
    ///   known
    /// @param left paths of the incident that are still drift
    public record Amended(
            Baseline baseline,
            MeasurementSet tree,
            List<Accepted> accepted,
            List<DriftReport.Subtree> wholesale,
            List<NodePath> left) {
        public Amended {
            accepted = List.copyOf(accepted);
            wholesale = List.copyOf(wholesale);
            left = List.copyOf(left);
        }

        public Baseline with(Baseline.ManifestReference manifest) {
            return baseline.with(manifest);
        }
    }

    /// @param before what is golden now
    /// @param golden its manifest
    /// @param drift of the incident, in full
    /// @param accusation of the incident; null where its list is the whole story
    /// @param serial of the new one
    /// @param tool for the document's record of where it came from
    /// @throws AmendmentRefusedException with everything that stands in the way
    public static Amended of(
            Baseline before,
            EntrySource golden,
            Digest incident,
            StoredDrift drift,
            @Nullable String accusation,
            AmendmentRequest request,
            long serial,
            Instant now,
            String tool)
            throws IOException, MalformedInputException, AmendmentRefusedException {
        Amendment amendment = new Amendment(before, request);
        amendment.select(drift, accusation);
        amendment.requireNone();
        Scope scope = amendment.scope();
        AmendedTree tree =
                new AmendedTree(before, scope, amendment.selected, amendment.targets, request);
        tree.run(golden);
        amendment.problems.addAll(tree.problems());
        amendment.requireNone();
        return amendment.amended(tree, scope, incident, serial, now, tool);
    }

    private void problem(NodePath path, String why) {
        problems.add(new Problem(path, why));
    }

    private void requireNone() throws AmendmentRefusedException {
        if (!problems.isEmpty()) {
            throw new AmendmentRefusedException(problems);
        }
    }

    /// What stands beside the tree in the baseline.
    private static boolean isVouchedFor(NodePath path) {
        return path.startsWith(ExecutedPath.EXECUTED) || path.startsWith(BOOT);
    }

    private void select(StoredDrift drift, @Nullable String accusation) {
        if (accusation != null) {
            problem(NodePath.ROOT, "nobody knows what the hosts really are (" + accusation + ")");
            return;
        }
        request.paths().forEach(this::requireTarget);
        UndeterminedRegions regions = new UndeterminedRegions();
        for (Drift one : drift.drifts()) {
            boolean below = regions.covers(one) && !one.isUndetermined();
            if (isWanted(one.path())) {
                if (isVouchedFor(one.path())) {
                    problem(
                            one.path(),
                            "the TPM vouches for it: capture a golden host that has it, and merge");
                }
                selected.put(one.path(), one);
                requireDerivable(one, below);
            } else {
                left.add(one.path());
            }
        }
        drift.subtrees().forEach(this::select);
        for (NodePath path : request.paths()) {
            boolean used =
                    selected.keySet().stream().anyMatch(one -> one.startsWith(path))
                            || subtrees.stream().anyMatch(one -> one.path().startsWith(path));
            if (!used) {
                problem(path, "nothing at or below it is in the incident");
            }
        }
        if (selected.isEmpty() && subtrees.isEmpty() && problems.isEmpty()) {
            problem(NodePath.ROOT, "the incident lists no path");
        }
    }

    private boolean isWanted(NodePath path) {
        return request.paths().isEmpty() || target(path) != null;
    }

    /// The named path that this one lies at or below; itself where none was named.
    private @Nullable NodePath target(NodePath path) {
        if (request.paths().isEmpty()) {
            return path;
        }
        return request.paths().stream().filter(path::startsWith).findFirst().orElse(null);
    }

    private void requireTarget(NodePath path) {
        if (path.segments().size() < 2) {
            problem(path, "is too much to be accepted at once");
        }
        request.paths().stream()
                .filter(other -> !other.equals(path) && path.startsWith(other))
                .forEach(other -> problem(path, "lies below " + other + ", which is named too"));
    }

    private void select(DriftReport.Subtree subtree) {
        NodePath target = target(subtree.path());
        if (target == null) {
            left.add(subtree.path());
            return;
        }
        switch (request.mutability()) {
            case PRESENT, UNMEASURED -> {
                subtrees.add(subtree);
                if (request.mutability() == MutabilityClass.PRESENT
                        && subtree.digest() == null
                        && subtree.path().equals(target)) {
                    problem(target, "is gone" + CAPTURE_ANEW);
                }
                requireTargetable(target, subtree.path());
                if (!request.dangerous().contains(subtree.path())) {
                    problem(
                            subtree.path(),
                            "what changed below it is not listed: say --accept-dangerous with it");
                }
            }
            case IMMUTABLE, METADATA, APPEND_ONLY, ROTATING, DATA_ONLY ->
                    problem(
                            subtree.path(),
                            "only counts are known of what is below" + CAPTURE_ANEW);
        }
    }

    private void requireDerivable(Drift drift, boolean belowUndetermined) {
        NodePath path = drift.path();
        SortedSet<String> dangers = PathNature.of(drift).dangers();
        if (!dangers.isEmpty() && !request.dangerous().contains(path)) {
            problem(
                    path,
                    "is dangerous ("
                            + String.join(", ", dangers)
                            + "): say --accept-dangerous with it if it is meant");
        }
        Rule present = rules.descend(path).rule().orElse(null);
        if (present == null) {
            problem(path, "no rule of the scope covers it" + CAPTURE_ANEW);
        } else if (expectations.descend(path).exact().isPresent()) {
            problem(path, "the scope says what it has to be: change the scope and capture anew");
        } else if (present.mutability() == request.mutability()) {
            requireMeasured(drift, belowUndetermined);
        } else {
            requireProjectable(drift, present.mutability());
        }
    }

    /// As golden goes what was seen, and not what nobody could look at.
    private void requireMeasured(Drift drift, boolean belowUndetermined) {
        if (drift.isUndetermined()) {
            problem(drift.path(), "could not be measured: nobody knows what it is");
        } else if (belowUndetermined) {
            problem(drift.path(), "was not seen to be gone: what it lies in could not be read");
        }
    }

    private void requireProjectable(Drift drift, MutabilityClass present) {
        NodePath path = drift.path();
        NodePath target = Objects.requireNonNull(target(path));
        switch (request.mutability()) {
            case METADATA -> {
                requireTargetable(target, path);
                Leaf measured = drift.measured();
                if (measured == null) {
                    problem(path, "is gone: accept that with --class " + present.wire());
                } else if (Projections.metadata(measured, present).isEmpty()) {
                    problem(
                            path,
                            "its mode and owner do not follow from what class "
                                    + present.wire()
                                    + " measured"
                                    + CAPTURE_ANEW);
                }
            }
            case PRESENT -> {
                requireTargetable(target, path);
                if (drift.measured() == null && target.equals(path)) {
                    problem(path, "is gone: accept that with --class " + present.wire());
                }
            }
            case UNMEASURED -> requireTargetable(target, path);
            case IMMUTABLE, APPEND_ONLY, ROTATING, DATA_ONLY ->
                    problem(
                            path,
                            "what class "
                                    + request.mutability().wire()
                                    + " needs was not measured; --class "
                                    + present.wire()
                                    + " accepts what was, or"
                                    + CAPTURE_ANEW.substring(1));
        }
    }

    /// The new class goes for all that lies below: a folder has to be named.
    private void requireTargetable(NodePath target, NodePath path) {
        if (!target.startsWith(FILES) && !target.equals(path)) {
            problem(target, "is no single value: name one");
        }
        Drift drift = selected.get(path);
        boolean folder = drift != null && (isFolder(drift.golden()) || isFolder(drift.measured()));
        if (target.equals(path) && folder && !request.paths().contains(path)) {
            problem(
                    path,
                    "is a folder, and all below it would change its class: name it by --path");
        }
        if (rules.descend(target).rule().isEmpty()) {
            problem(target, "no rule of the scope covers it: name what lies below it");
        }
        // What another rule leaves out below would be measured from now on, and nobody knows it.
        boolean wide = !target.equals(path) || folder;
        if (wide
                && request.mutability() == MutabilityClass.METADATA
                && rules.descend(target).mayMatchBelow()) {
            problem(target, "other rules of the scope reach below it" + CAPTURE_ANEW);
        }
        for (Expectation expectation : before.scope().expectations()) {
            if (expectation.path().isLiteral() && expectation.path().literal().startsWith(target)) {
                problem(target, "the scope says what a value below it has to be: change the scope");
            }
        }
        targets.add(target);
    }

    private static boolean isFolder(@Nullable Leaf leaf) {
        return leaf != null && leaf.kind() == Kind.DIRECTORY;
    }

    /// The last rule that matches counts: what is added goes before all that is there.
    private Scope scope() throws AmendmentRefusedException {
        List<Rule> all = new ArrayList<>(before.scope().rules());
        for (NodePath target : targets) {
            Rule present = rules.descend(target).rule().orElseThrow();
            all.add(
                    new Rule(
                            PathPattern.naming(target),
                            request.mutability(),
                            request.reason(),
                            present.survivesReset(),
                            List.of()));
        }
        if (all.size() > Scope.MAX_RULES) {
            problem(NodePath.ROOT, "the scope has too many rules: change it and capture anew");
            requireNone();
        }
        Scope old = before.scope();
        return new Scope(old.name(), old.version(), old.description(), all, old.expectations());
    }

    private Amended amended(
            AmendedTree tree, Scope scope, Digest incident, long serial, Instant now, String tool) {
        MeasurementSet set = tree.entries();
        MeasurementSet.Roots roots = set.roots();
        Baseline.Captured captured = before.captured();
        Baseline baseline =
                new Baseline(
                        before.channel(),
                        serial,
                        now,
                        before.notAfter(),
                        before.measurementVersion(),
                        scope,
                        roots.total(),
                        roots.subtrees(),
                        tree.coverage(),
                        tree.anchors(),
                        before.manifest(),
                        new Baseline.Captured(
                                captured.at(),
                                captured.root(),
                                captured.kernelFrom(),
                                captured.simulated(),
                                tool),
                        amends(incident),
                        before.platform());
        List<Accepted> accepted = new ArrayList<>();
        RuleState next = RuleState.root(scope);
        for (Drift drift : selected.values()) {
            accepted.add(
                    new Accepted(
                            drift,
                            next.descend(drift.path()).rule().orElseThrow().mutability(),
                            PathNature.of(drift).dangers()));
        }
        return new Amended(baseline, set, accepted, subtrees, left);
    }

    /// A host may have shown what the baseline before amended, too: that is carried on, the oldest
    /// is dropped. An incident of which something is still drift is not amended.
    private List<Digest> amends(Digest incident) {
        List<Digest> all = new ArrayList<>(before.amends());
        if (left.isEmpty()) {
            all.remove(incident);
            all.add(incident);
        }
        return all.subList(Math.max(0, all.size() - Baseline.MAX_AMENDS), all.size());
    }
}
