package dev.assay.verifier.fleet;

import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.List;

/// The hosts that show the same drift.
///
/// @param firstSeen on any of them
/// @param firstMeasurements how many showed it at their boot's first measurement, which accuses the
///   baseline
/// @param hosts sorted
public record Incident(
        Digest id,
        Instant firstSeen,
        long totalPaths,
        int firstMeasurements,
        List<String> paths,
        List<String> hosts) {
    public Incident {
        paths = List.copyOf(paths);
        hosts = List.copyOf(hosts);
    }
}
