package dev.assay.verifier.reset;

import dev.assay.evidence.BootId;
import dev.assay.verifier.fleet.Reset.Remedy;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an executor is asked for.
///
/// @param resetId the same for every attempt of one reset: who is asked twice may do it once
/// @param platformId as the cloud names the instance; null where it is not known
/// @param boot that has to go; null where the host never showed one
/// @param reason one line, escaped
/// @param timeout after which nobody waits any more
public record ResetTask(
        String resetId,
        String host,
        @Nullable String platformId,
        SortedMap<String, String> labels,
        @Nullable BootId boot,
        Remedy remedy,
        String reason,
        Duration timeout) {
    public ResetTask {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
