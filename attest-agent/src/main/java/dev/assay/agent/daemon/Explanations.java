package dev.assay.agent.daemon;

import dev.assay.agent.attest.Finding;
import dev.assay.agent.attest.HostMeasurer;
import dev.assay.agent.log.EventLog;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Says what differs from a baseline. What was measured while the host was golden is the baseline's
/// tree, and shares nearly all of its folders with what is measured now: one change is explained in
/// milliseconds, where a manifest of a hundred thousand entries takes seconds to read.
final class Explanations {
    private static final EventLog LOG = EventLog.of(Explanations.class);

    private final HostMeasurer host;
    private final BaselineCache cache;
    private @Nullable Golden golden;
    private @Nullable Told told;

    /// @param baseline whose root the set has
    private record Golden(Digest baseline, MeasurementSet set) {}

    /// One explanation and what it explains: it stays the same while both digests do.
    private record Told(Digest baseline, Digest root, Finding.Explained explained) {}

    Explanations(HostMeasurer host, BaselineCache cache) {
        this.host = host;
        this.cache = cache;
    }

    /// Keeps what was measured for as long as nothing golden is measured after it.
    void golden(Finding finding) {
        golden = new Golden(finding.baseline().digest(), finding.measurement().set());
        told = null;
    }

    /// Empty where the drift cannot be explained, whatever the cause: what explains it (the cached
    /// manifest, the host's package database) is in the intruder's hands, and a host that fails
    /// over it would be silent instead of drifted.
    Optional<Finding.Explained> of(Finding finding) {
        Digest baseline = finding.baseline().digest();
        Digest root = finding.measurement().roots().total();
        Told last = told;
        if (last != null && last.baseline().equals(baseline) && last.root().equals(root)) {
            return Optional.of(last.explained());
        }
        try {
            Optional<Finding.Explained> explained = explain(finding, baseline);
            explained.ifPresent(its -> told = new Told(baseline, root, its));
            return explained;
        } catch (MalformedInputException e) {
            LOG.error("manifest-refused", "reason", e);
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("drift-not-explained", "reason", e);
        }
        return Optional.empty();
    }

    private Optional<Finding.Explained> explain(Finding finding, Digest baseline)
            throws IOException, MalformedInputException {
        Golden known = golden;
        if (known != null && known.baseline().equals(baseline)) {
            Finding.Explained explained = finding.explain(known.set(), host);
            MeasurementSet now = finding.measurement().set();
            // Where much has changed, two trees would take twice the memory of one.
            golden =
                    explained.report().total() > DriftReport.MAX_ITEMS
                            ? null
                            : new Golden(baseline, known.set().sharing(now));
            return Optional.of(explained);
        }
        Optional<ManifestReader> manifest = cache.manifest(finding.baseline());
        if (manifest.isEmpty()) {
            return Optional.empty();
        }
        try (ManifestReader entries = manifest.get()) {
            return Optional.of(finding.explain(entries, host));
        }
    }
}
