package dev.assay.verifier.fleet;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A drift list as it is kept: bounded by what an evidence can hold.
public record StoredDrift(
        @Nullable BaselineName baseline, List<Drift> drifts, List<DriftReport.Subtree> subtrees) {
    public StoredDrift {
        drifts = List.copyOf(drifts);
        subtrees = List.copyOf(subtrees);
    }
}
