package dev.assay.verifier.intake;

import dev.assay.signing.VerificationKey;
import dev.assay.tpm.AttestationKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who is enrolled.
public interface HostDirectory {
    Optional<Registered> find(String host);

    /// @param attestationKey of its TPM; null for a host of the software tier
    /// @param allowSimulated whether the host's group takes evidence that is not of the live host
    record Registered(
            String host,
            VerificationKey key,
            @Nullable AttestationKey attestationKey,
            boolean banned,
            boolean allowSimulated) {}
}
