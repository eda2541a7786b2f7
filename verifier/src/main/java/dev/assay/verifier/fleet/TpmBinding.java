package dev.assay.verifier.fleet;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.EkTrust;
import java.time.Instant;
import java.util.Objects;

/// The TPM that speaks for a host.
///
/// @param endorsement SHA-256 of its endorsement key's SubjectPublicKeyInfo
/// @param attestationKey TPMT_PUBLIC, as the TPM proved it
/// @param trust by which the endorsement key was believed
public record TpmBinding(Digest endorsement, Bytes attestationKey, EkTrust trust, Instant boundAt) {
    public TpmBinding {
        Objects.requireNonNull(endorsement, "TPM without endorsement key");
        Objects.requireNonNull(attestationKey, "TPM without attestation key");
        Objects.requireNonNull(trust, "TPM without trust");
        Objects.requireNonNull(boundAt, "TPM without time");
    }
}
