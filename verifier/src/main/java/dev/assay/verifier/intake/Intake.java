package dev.assay.verifier.intake;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.signing.Envelope;
import dev.assay.verifier.refusal.NotAuthenticException;

/// Takes evidence in: bytes that may be hostile, to the answer for their host.
public final class Intake {
    private final Authenticator authenticator;
    private final EvidenceSink sink;

    public Intake(Authenticator authenticator, EvidenceSink sink) {
        this.authenticator = authenticator;
        this.sink = sink;
    }

    public EvidenceResponse accept(Bytes envelopeJson)
            throws NotAuthenticException, MalformedInputException {
        Envelope envelope = Envelope.parse(envelopeJson, Protocol.MAX_EVIDENCE_ENVELOPE_BYTES);
        return sink.submit(authenticator.authenticateEvidence(envelope));
    }
}
