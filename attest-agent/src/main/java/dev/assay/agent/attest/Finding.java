package dev.assay.agent.attest;

import dev.assay.agent.log.EventLog;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Comparison;
import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftCollector;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.EntrySource;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Facts;
import dev.assay.signing.Verified;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Which of the active baselines the host was held against, and what was measured for it.
///
/// @param golden whether the measured root is the baseline's
public record Finding(Verified<Baseline> baseline, HostMeasurement measurement, boolean golden) {
    private static final EventLog LOG = EventLog.of(Finding.class);

    /// Measures by one baseline after the other until one matches; where none does, the finding is
    /// of the one with the highest serial. Baselines with the same scope and anchors are measured
    /// once. Empty where there is no baseline.
    ///
    /// @param likeliestFirst the order to try
    public static Optional<Finding> search(
            HostMeasurer host, List<Verified<Baseline>> likeliestFirst, Facts facts)
            throws IOException {
        List<Finding> misses = new ArrayList<>();
        for (Verified<Baseline> baseline : likeliestFirst) {
            Finding finding = of(host, baseline, facts, misses);
            if (finding.golden()) {
                return Optional.of(finding);
            }
            misses.add(finding);
        }
        return misses.stream().max(Comparator.comparingLong(Finding::serial));
    }

    private static Finding of(
            HostMeasurer host, Verified<Baseline> baseline, Facts facts, List<Finding> before)
            throws IOException {
        Optional<HostMeasurement> same =
                before.stream()
                        .filter(finding -> finding.measuresLike(baseline.value()))
                        .map(Finding::measurement)
                        .findFirst();
        HostMeasurement measurement =
                same.isPresent() ? same.get() : host.measure(baseline.value(), facts);
        boolean golden = measurement.roots().total().equals(baseline.value().root());
        return new Finding(baseline, measurement, golden);
    }

    private boolean measuresLike(Baseline other) {
        Baseline own = baseline.value();
        return own.scope().equals(other.scope()) && own.anchors().equals(other.anchors());
    }

    private long serial() {
        return baseline.value().serial();
    }

    /// What differs from the baseline.
    ///
    /// @param report all of it, as far as it fits
    /// @param listed the first drifts by path, also where the report only counts
    public record Explained(DriftReport report, List<Drift> listed) {
        public Explained {
            listed = List.copyOf(listed);
        }
    }

    /// What differs from the baseline, in full.
    ///
    /// @param golden the baseline's manifest
    /// @throws MalformedInputException where the manifest is not what its document says, also where
    ///   it shows no drift although the roots differ
    public Explained explain(EntrySource golden, HostMeasurer host)
            throws IOException, MalformedInputException {
        return explain(golden, EntrySource.of(measurement.set()), host);
    }

    /// The same by what was measured while the host was golden: a root that is the baseline's is
    /// that of the manifest's tree and of no other.
    public Explained explain(MeasurementSet golden, HostMeasurer host)
            throws IOException, MalformedInputException {
        MeasurementSet set = measurement.set();
        return explain(
                EntrySource.of(golden.unlike(set)), EntrySource.of(set.unlike(golden)), host);
    }

    private Explained explain(EntrySource golden, EntrySource measured, HostMeasurer host)
            throws IOException, MalformedInputException {
        DriftCollector drifts = new DriftCollector();
        Comparison.run(golden, measured, baseline.value().scope(), drifts);
        if (drifts.total() == 0) {
            throw new MalformedInputException("manifest is the host's tree, the root is not");
        }
        List<Drift> listed = drifts.listed();
        List<NodePath> paths = listed.stream().map(Drift::path).toList();
        return new Explained(drifts.report(measurement.set(), owners(host, paths)), listed);
    }

    /// The database is the host's, and so an intruder's: what it does to its reader costs the
    /// owners and never the drift.
    private static Map<NodePath, String> owners(HostMeasurer host, List<NodePath> paths) {
        try {
            return host.owners(paths).entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, owner -> cut(owner.getValue())));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("owners-unknown", "reason", e);
            return Map.of();
        }
    }

    private static String cut(String owner) {
        return owner.length() <= DriftReport.Item.MAX_OWNER_CHARS
                ? owner
                : owner.substring(0, DriftReport.Item.MAX_OWNER_CHARS);
    }
}
