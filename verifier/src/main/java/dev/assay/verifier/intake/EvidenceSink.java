package dev.assay.verifier.intake;

import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.verifier.refusal.NotAuthenticException;

/// What becomes of authentic evidence. Its answer is given after what it changed is durable.
public interface EvidenceSink {
    /// @throws MalformedInputException where a log beside the quote is none
    EvidenceResponse submit(AuthenticEvidence evidence)
            throws NotAuthenticException, MalformedInputException;
}
