package dev.assay.verifier.intake;

import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.verifier.refusal.NotAuthenticException;

/// What becomes of authentic evidence. Its answer is given after what it changed is durable.
public interface EvidenceSink {
    EvidenceResponse submit(AuthenticEvidence evidence) throws NotAuthenticException;
}
