package dev.assay.verifier.appraise;

import dev.assay.baseline.Baseline;
import dev.assay.signing.Verified;
import java.time.Instant;

/// A baseline of the host's channel.
///
/// @param retired whether an operator took it back
public record KnownBaseline(Verified<Baseline> verified, boolean retired, Instant publishedAt) {
    public Baseline value() {
        return verified.value();
    }
}
