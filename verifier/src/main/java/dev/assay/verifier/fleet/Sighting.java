package dev.assay.verifier.fleet;

import dev.assay.evidence.BootId;
import dev.assay.tree.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// That a host showed an incident that it had not shown last: written down with the drift, so that
/// what happened can still be told when the host was reset long ago.
///
/// @param summary names the incident; `firstMeasurement` accuses the baseline
/// @param afterReset whether the boot is the first after a reset that was ordered: what a reset
///   brings back was in the image
/// @param drift in full, as far as it was listed
/// @param explains the incident that the host showed before it had a list of the same; null where
///   there is none
public record Sighting(
        String host,
        String group,
        BootId boot,
        Instant at,
        DriftSummary summary,
        boolean afterReset,
        StoredDrift drift,
        @Nullable Digest explains) {}
