package dev.assay.verifier.intake;

import dev.assay.evidence.Evidence;
import dev.assay.evidence.Quote;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.TpmsAttest;
import java.time.Instant;
import java.util.Optional;

/// Evidence whose signature is by the key enrolled for its host and whose nonce is fresh. Only
/// {@link Authenticator} makes one, so that to hold it is the proof.
public final class AuthenticEvidence {
    private final Evidence value;
    private final Optional<Quoted> quoted;
    private final Instant receivedAt;

    /// What the host's TPM signed over this very evidence.
    ///
    /// @param pcrs the values of all that were asked for, and of no more
    /// @param logs that are to explain them: nothing of these is true before it gives the values
    public record Quoted(TpmsAttest attest, PcrBank pcrs, Quote.Logs logs) {}

    AuthenticEvidence(Evidence value, Optional<Quoted> quoted, Instant receivedAt) {
        this.value = value;
        this.quoted = quoted;
        this.receivedAt = receivedAt;
    }

    public Evidence value() {
        return value;
    }

    /// There for each host of the hardware tier, and for no other.
    public Optional<Quoted> quoted() {
        return quoted;
    }

    public Instant receivedAt() {
        return receivedAt;
    }
}
