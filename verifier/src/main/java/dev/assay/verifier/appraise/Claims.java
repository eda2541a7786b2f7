package dev.assay.verifier.appraise;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.ClaimedTree;
import dev.assay.baseline.DriftReport;
import dev.assay.signing.Verified;

/// Applies a drift report to its baseline's manifest. The manifest is outside, so this is a port,
/// and it is asked only where there is a report to be held against the root.
public interface Claims {
    Claim apply(Verified<Baseline> baseline, DriftReport report);

    /// What came of it.
    sealed interface Claim {
        record Tree(ClaimedTree tree) implements Claim {}

        /// The report contradicts the manifest or itself.
        record Impossible(String reason) implements Claim {}

        /// The manifest could not be read: the verifier's fault.
        record Unavailable(String reason) implements Claim {}
    }
}
