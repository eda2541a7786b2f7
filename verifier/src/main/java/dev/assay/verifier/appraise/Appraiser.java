package dev.assay.verifier.appraise;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.ClaimedTree;
import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.UndeterminedRegions;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Evidence.Measured;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.appraise.Appraisal.Drifted;
import dev.assay.verifier.appraise.Appraisal.Golden;
import dev.assay.verifier.appraise.Appraisal.Outdated;
import dev.assay.verifier.appraise.Appraisal.Undetermined;
import dev.assay.verifier.appraise.Appraisal.VerifierFault;
import dev.assay.verifier.intake.AuthenticEvidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Right or wrong. Pure and total: the same evidence under the same baselines and policy gets the
/// same answer tomorrow, on another replica and in a dispute.
public final class Appraiser {
    private Appraiser() {}

    /// @param channel all baselines of the host's own channel, retired ones too
    public static Appraisal appraise(
            AuthenticEvidence authentic,
            Collection<KnownBaseline> channel,
            Policy policy,
            Claims claims,
            KernelFindings kernel) {
        Evidence evidence = authentic.value();
        Digest measuredBy = evidence.baseline();
        Measured measured = evidence.measured();
        if (policy.distrust() != null) {
            return Outdated.blameless(policy.distrust());
        }
        if (measuredBy == null || measured == null) {
            return unmeasured(
                    "measured by no baseline of channel " + policy.channel(), authentic, channel);
        }
        KnownBaseline known = null;
        for (KnownBaseline candidate : channel) {
            if (candidate.verified().digest().equals(measuredBy)) {
                known = candidate;
            }
        }
        if (known == null) {
            return unmeasured(
                    "channel " + policy.channel() + " has no such baseline", authentic, channel);
        }
        int version = known.value().measurementVersion();
        if (evidence.measurementVersion() != version
                || version != MeasurementSet.MEASUREMENT_VERSION) {
            return Outdated.blameless(
                    "measured with version "
                            + evidence.measurementVersion()
                            + ", the baseline is of version "
                            + version);
        }
        List<Drift> mismatches =
                merge(
                        FactValues.mismatches(evidence, known.value().scope(), policy.facts()),
                        kernel.drifts());
        DriftReport report = evidence.report();
        if (!measured.root().equals(known.value().root())) {
            KnownBaseline former =
                    mismatches.isEmpty()
                            ? former(known, channel, measured, authentic.receivedAt())
                            : null;
            if (former != null) {
                return matching(former, measured, policy, authentic.receivedAt());
            }
            return differing(measured, known, report, mismatches, claims);
        }
        if (report != null) {
            return unexplained(
                    measured, mismatches, report, "it reports drift under a golden root");
        }
        List<Drift> missing = FactValues.missing(evidence, known.value().scope());
        if (!mismatches.isEmpty() || !missing.isEmpty()) {
            List<Drift> all = merge(missing, mismatches);
            return drifted(all, List.of(), all.size());
        }
        Appraisal matching = matching(known, measured, policy, authentic.receivedAt());
        return matching instanceof Golden ? vouched(matching, kernel) : matching;
    }

    /// What the kernel was to vouch for and nobody could look at is not golden, whatever the agent
    /// measured.
    private static Appraisal vouched(Appraisal golden, KernelFindings kernel) {
        String fault = kernel.fault();
        if (fault != null) {
            return new VerifierFault(fault);
        }
        String undetermined = kernel.undetermined();
        return undetermined == null
                ? golden
                : new Undetermined(undetermined, List.of(), List.of(), 0);
    }

    /// What a host's TPM is held against: the baseline that its tree is golden by, else the one
    /// that it was measured by; null where there is neither.
    public static @Nullable KnownBaseline reference(
            Evidence evidence, Collection<KnownBaseline> channel, Instant now) {
        Digest measuredBy = evidence.baseline();
        Measured measured = evidence.measured();
        for (KnownBaseline known : channel) {
            if (measured != null && known.verified().digest().equals(measuredBy)) {
                boolean isGolden = measured.root().equals(known.value().root());
                KnownBaseline former = isGolden ? null : former(known, channel, measured, now);
                return former == null ? known : former;
            }
        }
        return null;
    }

    /// An agent of another version may not know how to measure by what this one takes for current:
    /// that is an upgrade under way, and blames nobody.
    private static Outdated unmeasured(
            String why, AuthenticEvidence authentic, Collection<KnownBaseline> channel) {
        if (authentic.value().measurementVersion() != MeasurementSet.MEASUREMENT_VERSION) {
            return Outdated.blameless(why);
        }
        Instant since =
                channel.stream()
                        .filter(known -> isCurrent(known, authentic.receivedAt()))
                        .map(Appraiser::from)
                        .min(Comparator.naturalOrder())
                        .orElse(null);
        return new Outdated(why, since);
    }

    private static boolean isCurrent(KnownBaseline known, Instant now) {
        Baseline baseline = known.value();
        return !known.retired()
                && baseline.measurementVersion() == MeasurementSet.MEASUREMENT_VERSION
                && !baseline.isExpiredAt(now)
                && !baseline.isYetToComeAt(now);
    }

    private static Instant from(KnownBaseline known) {
        Instant published = known.publishedAt();
        Instant notBefore = known.value().notBefore();
        return notBefore.isAfter(published) ? notBefore : published;
    }

    private static Appraisal matching(
            KnownBaseline known, Measured measured, Policy policy, Instant now) {
        Baseline baseline = known.value();
        String name = baseline.channel() + " #" + baseline.serial();
        if (known.retired()) {
            return Outdated.blameless(name + " is retired");
        }
        if (baseline.isExpiredAt(now)) {
            return Outdated.blameless(name + " expired at " + baseline.notAfter());
        }
        if (baseline.isYetToComeAt(now)) {
            return Outdated.blameless(name + " is not valid before " + baseline.notBefore());
        }
        if (!policy.allowsSerial(baseline.serial())) {
            String accusation =
                    "rolled back from #" + policy.provedSerial() + " to #" + baseline.serial();
            Digest incident = IncidentKey.of(List.of(), List.of(), baseline.root());
            // A reboot into the same old image proves the same old serial.
            return new Drifted(List.of(), List.of(), 0, accusation, true, incident, true);
        }
        // Of drift the age of what is golden beside it says nothing: it was looked at last.
        long ageSeconds = measured.freshness().oldestDigestSeconds();
        return policy.allowsDigestAge(ageSeconds)
                ? new Golden(baseline.serial())
                : Undetermined.old(ageSeconds);
    }

    /// An agent measures by the active baselines alone: a host on an image whose own was retired or
    /// has expired differs from those, and is none the worse for it.
    private static @Nullable KnownBaseline former(
            KnownBaseline measuredBy,
            Collection<KnownBaseline> channel,
            Measured measured,
            Instant now) {
        for (KnownBaseline other : channel) {
            Baseline baseline = other.value();
            boolean over = other.retired() || baseline.isExpiredAt(now);
            if (over
                    && measured.root().equals(baseline.root())
                    && baseline.scope().equals(measuredBy.value().scope())) {
                return other;
            }
        }
        return null;
    }

    private static Appraisal differing(
            Measured measured,
            KnownBaseline known,
            @Nullable DriftReport report,
            List<Drift> mismatches,
            Claims claims) {
        if (report == null) {
            return unexplained(measured, mismatches, null, "no report explains the root");
        }
        return switch (claims.apply(known.verified(), report)) {
            case Claims.Claim.Unavailable unavailable -> new VerifierFault(unavailable.reason());
            case Claims.Claim.Impossible impossible ->
                    unexplained(measured, mismatches, report, impossible.reason());
            case Claims.Claim.Tree(ClaimedTree tree) when !tree.root().equals(measured.root()) ->
                    unexplained(
                            measured, mismatches, report, "its report does not explain the root");
            case Claims.Claim.Tree(ClaimedTree tree) ->
                    explained(merge(tree.drifts(), mismatches), report, mismatches.size());
        };
    }

    private static Appraisal explained(List<Drift> drifts, DriftReport report, int mismatches) {
        UndeterminedRegions regions = new UndeterminedRegions();
        boolean undetermined =
                drifts.stream().allMatch(regions::covers)
                        && report.subtrees().stream().allMatch(Appraiser::isUndetermined);
        return undetermined && mismatches == 0
                ? Undetermined.paths(drifts, report.subtrees(), report.total())
                : drifted(drifts, report.subtrees(), Math.max(report.total(), drifts.size()));
    }

    private static boolean isUndetermined(DriftReport.Subtree subtree) {
        return subtree.undetermined() > 0
                && subtree.added() == 0
                && subtree.removed() == 0
                && subtree.changed() == 0;
    }

    private static Drifted drifted(
            List<Drift> drifts, List<DriftReport.Subtree> subtrees, long total) {
        // Of subtrees it is not known which rules their drifts fall under.
        boolean survives =
                drifts.stream().anyMatch(drift -> !drift.isUndetermined() && drift.survivesReset());
        Digest incident = IncidentKey.of(drifts, subtrees, null);
        return new Drifted(drifts, subtrees, total, null, true, incident, survives);
    }

    /// A list that was trimmed or padded changes nothing: the root alone says that the host
    /// differs.
    private static Drifted unexplained(
            Measured measured,
            List<Drift> mismatches,
            @Nullable DriftReport report,
            String accusation) {
        long total = report == null ? 0 : report.total();
        return new Drifted(
                mismatches,
                List.of(),
                Math.max(total, mismatches.size()),
                "unexplained: " + accusation,
                false,
                IncidentKey.of(mismatches, List.of(), measured.root()),
                mismatches.stream().anyMatch(Drift::survivesReset));
    }

    private static List<Drift> merge(List<Drift> reported, List<Drift> mismatches) {
        TreeMap<NodePath, Drift> all = new TreeMap<>();
        mismatches.forEach(drift -> all.put(drift.path(), drift));
        reported.forEach(drift -> all.put(drift.path(), drift));
        return new ArrayList<>(all.values());
    }
}
