package dev.assay.verifier.appraise;

import dev.assay.baseline.Baseline;
import dev.assay.signing.Verified;

/// A baseline of the host's channel.
///
/// @param retired whether an operator took it back
public record KnownBaseline(Verified<Baseline> verified, boolean retired) {
    public Baseline value() {
        return verified.value();
    }
}
