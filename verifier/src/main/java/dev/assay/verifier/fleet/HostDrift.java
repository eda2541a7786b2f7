package dev.assay.verifier.fleet;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A host's drift in full, as far as it was listed.
///
/// @param summary null where nothing is held against the present boot
/// @param drifts sorted by path
/// @param subtrees in their place where there were too many; sorted by path
public record HostDrift(
        String host,
        @Nullable BaselineName baseline,
        @Nullable DriftSummary summary,
        List<Drift> drifts,
        List<DriftReport.Subtree> subtrees) {
    public HostDrift {
        drifts = List.copyOf(drifts);
        subtrees = List.copyOf(subtrees);
    }
}
