package dev.assay.verifier.merge;

import dev.assay.baseline.Anchor;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.PlatformExpectations;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Expectation;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import dev.assay.verifier.collect.CapturedFile;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Several captures of one image, several boots or several hosts, as one baseline.
public final class Merge {
    /// Where there are more, the captures are not of one image, and nobody reads on.
    public static final int MAX_DIFFERENCES = 10_000;

    private Merge() {}

    /// @param differences the first {@link #MAX_DIFFERENCES}, in order of the paths
    /// @param notes what was joined although it is not alike
    /// @param tree what is alike; empty where anything differs
    /// @param baseline all of the document, with the first capture's reference to its manifest;
    ///   null where anything differs
    public record Merged(
            List<Difference> differences,
            long total,
            List<String> notes,
            MeasurementSet tree,
            @Nullable Baseline baseline) {
        public Merged {
            differences = List.copyOf(differences);
            notes = List.copyOf(notes);
        }
    }

    /// @param serial of the merged one; null for that of the captures
    /// @param tool name and version of this program
    public static Merged of(List<CapturedFile> captures, @Nullable Long serial, String tool)
            throws IOException, MalformedInputException, MergeRefusedException {
        requireOneKind(captures, serial);
        Baseline first = captures.getFirst().baseline();
        PartMerger.Joined<MeasurementSet> tree =
                new TreeMerger(first.scope(), captures).join(captures);
        PartMerger.Joined<Coverage> coverage = new CoverageMerger().join(captures);
        PartMerger.Joined<List<Anchor>> anchors = new AnchorMerger().join(captures);
        PartMerger.Joined<Optional<PlatformExpectations>> platform =
                new PlatformMerger().join(captures);
        Baseline baseline =
                tree.total() > 0
                        ? null
                        : baseline(
                                captures,
                                serial,
                                tool,
                                tree.part(),
                                coverage.part(),
                                anchors.part(),
                                platform.part());
        List<String> notes = new ArrayList<>(tree.notes());
        notes.addAll(platform.notes());
        return new Merged(tree.differences(), tree.total(), notes, tree.part(), baseline);
    }

    private static Baseline baseline(
            List<CapturedFile> captures,
            @Nullable Long serial,
            String tool,
            MeasurementSet tree,
            Coverage coverage,
            List<Anchor> anchors,
            Optional<PlatformExpectations> platform) {
        Baseline first = captures.getFirst().baseline();
        MeasurementSet.Roots roots = tree.roots();
        return new Baseline(
                first.channel(),
                serial == null ? first.serial() : serial,
                notBefore(captures),
                notAfter(captures),
                first.measurementVersion(),
                first.scope(),
                roots.total(),
                roots.subtrees(),
                coverage,
                anchors,
                first.manifest(),
                captured(captures, tool),
                List.of(),
                platform.orElse(null));
    }

    private static Baseline.Captured captured(List<CapturedFile> captures, String tool) {
        return new Baseline.Captured(
                latest(captures, baseline -> baseline.captured().at()),
                each(captures, baseline -> baseline.captured().root()),
                each(captures, baseline -> baseline.captured().kernelFrom()),
                captures.stream().anyMatch(one -> one.baseline().captured().simulated()),
                tool
                        + ", merging "
                        + captures.size()
                        + " captures by "
                        + each(captures, baseline -> baseline.captured().tool()));
    }

    private static String each(List<CapturedFile> captures, Function<Baseline, String> what) {
        return captures.stream()
                .map(capture -> what.apply(capture.baseline()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static Instant latest(List<CapturedFile> captures, Function<Baseline, Instant> what) {
        return captures.stream()
                .map(capture -> what.apply(capture.baseline()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Instant notBefore(List<CapturedFile> captures) {
        return latest(captures, Baseline::notBefore);
    }

    /// No capture is stretched beyond what it was made for.
    private static Instant notAfter(List<CapturedFile> captures) {
        return captures.stream()
                .map(capture -> capture.baseline().notAfter())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static void requireOneKind(List<CapturedFile> captures, @Nullable Long serial)
            throws MergeRefusedException {
        List<String> reasons = new ArrayList<>();
        alike(reasons, captures, "channels", Baseline::channel);
        alike(
                reasons,
                captures,
                "measurement versions",
                baseline -> Integer.toString(baseline.measurementVersion()));
        if (captures.stream().map(one -> one.baseline().scope()).distinct().count() > 1) {
            reasons.add(
                    "their scopes differ ("
                            + each(captures, baseline -> baseline.scope().name())
                            + "; baseline diff shows how): capture all of them by one");
        }
        if (serial == null) {
            alike(
                    reasons,
                    captures,
                    "serials",
                    baseline -> baseline.serial() + " (say the merged one's with --serial)");
        }
        if (captures.stream().anyMatch(one -> !one.baseline().amends().isEmpty())) {
            reasons.add("one of them is an amended baseline, no capture");
        }
        List<Digest> documents =
                captures.stream().map(one -> one.golden().envelope().payloadDigest()).toList();
        if (documents.stream().distinct().count() < documents.size()) {
            reasons.add("one capture is there twice, which says nothing more than once");
        }
        if (!notBefore(captures).isBefore(notAfter(captures))) {
            reasons.add("there is no time at which all of them are valid");
        }
        if (!reasons.isEmpty()) {
            throw new MergeRefusedException(reasons);
        }
    }

    private static void alike(
            List<String> reasons,
            List<CapturedFile> captures,
            String what,
            Function<Baseline, String> of) {
        List<String> values =
                captures.stream().map(one -> of.apply(one.baseline())).distinct().toList();
        if (values.size() > 1) {
            reasons.add("they are of different " + what + ": " + String.join(", ", values));
        }
    }

    /// The captures' scope with what is proposed, under a name that somebody gave it.
    ///
    /// @throws IllegalArgumentException where that is no name, or there is no room
    public static Scope proposed(Scope scope, String name, List<Difference> differences) {
        Map<String, Rule> rules = new LinkedHashMap<>();
        List<Expectation> expectations = new ArrayList<>(scope.expectations());
        for (Difference difference : differences) {
            switch (difference.proposal()) {
                case Proposal.OfRule(Rule rule) -> rules.putIfAbsent(rule.path().text(), rule);
                case Proposal.OfExpectation(Expectation expectation) ->
                        expectations.add(expectation);
                case Proposal.ByHand byHand -> {}
            }
        }
        List<Rule> all = new ArrayList<>(scope.rules());
        all.addAll(rules.values());
        return new Scope(name, 1, scope.description(), all, expectations);
    }
}
