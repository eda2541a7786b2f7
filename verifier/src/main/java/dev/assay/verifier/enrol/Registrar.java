package dev.assay.verifier.enrol;

import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.EnrolmentResponse;
import dev.assay.verifier.refusal.NotAuthenticException;
import java.time.Instant;
import java.util.Optional;

/// Writes an authentic enrolment down and spends its token, both or neither.
public interface Registrar {
    /// The answer to the very enrolment that was written down before: same name, key, platform id
    /// and group, asked for with the token that it spent or with one that is good at `now`. Empty
    /// where it is another one, or the first. An agent that was killed between its request and
    /// storing the answer would otherwise be locked out by its own enrolment.
    Optional<EnrolmentResponse> answerAgain(EnrolmentRequest request, Token token, Instant now)
            throws NotAuthenticException;

    /// The answer to a host that is known by its TPM, whatever key it brings now: with an emptied
    /// disk it comes back as the one that it is. Empty where no such host has this TPM.
    ///
    /// @throws NotAuthenticException where the name is another TPM's, the TPM another name's, or
    ///   one of them is banned
    Optional<EnrolmentResponse> recognize(EnrolmentRequest request, ProvenTpm tpm, Instant now)
            throws NotAuthenticException;

    /// Refuses a name or a key that is taken or banned, and a token whose last use another took in
    /// the meantime.
    ///
    /// @param tpm empty where the host has none
    EnrolmentResponse register(
            EnrolmentRequest request, Token token, Optional<ProvenTpm> tpm, Instant now)
            throws NotAuthenticException;
}
