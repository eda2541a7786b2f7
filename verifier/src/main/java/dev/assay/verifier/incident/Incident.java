package dev.assay.verifier.incident;

import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.BaselineName;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The hosts that showed the same drift, now or before they were reset.
///
/// @param open how many hosts have it held against their present boot
/// @param firstMeasurements how many hosts showed it first at their boot's first measurement, which
///   accuses the baseline
/// @param midLife how many had proved golden in that boot before, which accuses an intruder
/// @param afterReset how many showed it on the fresh boot after a reset
/// @param accusation what is wrong beyond the list; null where nothing is
/// @param baseline that it was seen by first
/// @param packages that own what changed, and whether the same drift shows that they changed
/// @param paths the first few
/// @param hosts sorted
public record Incident(
        Digest id,
        Instant firstSeen,
        Instant lastSeen,
        long totalPaths,
        boolean survivesReset,
        int open,
        int firstMeasurements,
        int midLife,
        int afterReset,
        @Nullable String accusation,
        @Nullable BaselineName baseline,
        SortedMap<String, Boolean> packages,
        Belief belief,
        List<String> paths,
        List<String> hosts) {
    public Incident {
        paths = List.copyOf(paths);
        hosts = List.copyOf(hosts);
    }
}
