package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import java.time.Instant;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A baseline as the verifier keeps it.
///
/// @param retiredAt null while it is active
/// @param signers ids of the keys whose signatures were good at publication
/// @param hosts how many hosts' last evidence was measured by it
public record BaselineRecord(
        BaselineName name,
        Instant notBefore,
        Instant notAfter,
        int measurementVersion,
        String scope,
        Coverage coverage,
        Baseline.ManifestReference manifest,
        Instant publishedAt,
        @Nullable Instant retiredAt,
        SortedSet<String> signers,
        int hosts) {
    @JsonIgnore
    public boolean isActive() {
        return retiredAt == null;
    }
}
