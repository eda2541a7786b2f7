package dev.assay.verifier.enrol;

import dev.assay.bytes.Bytes;
import dev.assay.tpm.TpmtPublic;
import dev.assay.tree.Digest;
import java.util.Optional;

/// A TPM that showed that both keys are its own. Only {@link TpmProofs} makes one. Whether it is a
/// TPM of hardware, its endorsement key has to say ({@link Endorsements}).
public final class ProvenTpm {
    private final TpmtPublic endorsementKey;
    private final Optional<Bytes> endorsementCertificate;
    private final TpmtPublic attestationKey;

    ProvenTpm(
            TpmtPublic endorsementKey,
            Optional<Bytes> endorsementCertificate,
            TpmtPublic attestationKey) {
        this.endorsementKey = endorsementKey;
        this.endorsementCertificate = endorsementCertificate;
        this.attestationKey = attestationKey;
    }

    public TpmtPublic endorsementKey() {
        return endorsementKey;
    }

    /// As the TPM gave it: nothing is known of it yet.
    Optional<Bytes> endorsementCertificate() {
        return endorsementCertificate;
    }

    public TpmtPublic attestationKey() {
        return attestationKey;
    }

    /// SHA-256 of the endorsement key as a SubjectPublicKeyInfo in DER: what `openssl pkey -pubin
    /// -outform DER | sha256sum` says of it.
    public Digest endorsement() {
        return Digest.ofContent(Bytes.copyOf(endorsementKey.key().getEncoded()));
    }
}
