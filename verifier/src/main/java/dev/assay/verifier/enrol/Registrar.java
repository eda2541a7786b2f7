package dev.assay.verifier.enrol;

import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.EnrolmentResponse;
import dev.assay.verifier.refusal.NotAuthenticException;
import java.time.Instant;

/// Writes an authentic enrolment down and spends its token, both or neither.
public interface Registrar {
    /// Refuses a name or a key that is taken or banned, and a token whose last use another took in
    /// the meantime.
    EnrolmentResponse register(EnrolmentRequest request, Token token, Instant now)
            throws NotAuthenticException;
}
