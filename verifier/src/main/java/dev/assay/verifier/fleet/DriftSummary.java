package dev.assay.verifier.fleet;

import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A host's drift in brief; the list itself is kept apart.
///
/// @param incident equal on every host with the same drift
/// @param total paths, listed or not
/// @param survivesReset whether some of it would be there after a reboot: the remedy is a
///   replacement
/// @param firstMeasurement whether this boot was never golden: that accuses the baseline, not an
///   intruder
/// @param unexplained why the list does not explain the root; null where it does
/// @param paths the first few
public record DriftSummary(
        Digest incident,
        Instant since,
        long total,
        boolean survivesReset,
        boolean firstMeasurement,
        @Nullable String unexplained,
        List<String> paths) {
    public static final int MAX_PATHS = 10;

    public DriftSummary {
        paths = List.copyOf(paths);
    }
}
