package dev.assay.verifier.intake;

import dev.assay.signing.VerificationKey;
import java.util.Optional;

/// Who is enrolled.
public interface HostDirectory {
    Optional<Registered> find(String host);

    /// @param allowSimulated whether the host's group takes evidence that is not of the live host
    record Registered(String host, VerificationKey key, boolean banned, boolean allowSimulated) {}
}
