package dev.assay.verifier.intake;

import dev.assay.evidence.Evidence;
import java.time.Instant;

/// Evidence whose signature is by the key enrolled for its host and whose nonce is fresh. Only
/// {@link Authenticator} makes one, so that to hold it is the proof.
public final class AuthenticEvidence {
    private final Evidence value;
    private final Instant receivedAt;

    AuthenticEvidence(Evidence value, Instant receivedAt) {
        this.value = value;
        this.receivedAt = receivedAt;
    }

    public Evidence value() {
        return value;
    }

    public Instant receivedAt() {
        return receivedAt;
    }
}
