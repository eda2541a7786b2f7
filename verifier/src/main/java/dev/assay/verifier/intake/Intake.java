package dev.assay.verifier.intake;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.verifier.refusal.NotAuthenticException;

/// Takes evidence in: bytes that may be hostile, to the answer for their host.
public final class Intake {
    private final Authenticator authenticator;
    private final EvidenceSink sink;

    public Intake(Authenticator authenticator, EvidenceSink sink) {
        this.authenticator = authenticator;
        this.sink = sink;
    }

    public EvidenceResponse accept(Bytes submissionJson)
            throws NotAuthenticException, MalformedInputException {
        Submission submission =
                Json.parse(submissionJson, Submission.class, Protocol.MAX_SUBMISSION_BYTES);
        return sink.submit(authenticator.authenticateEvidence(submission));
    }
}
