package dev.assay.agent.tpm;

import dev.assay.evidence.Protocol.Challenge;
import dev.assay.evidence.Protocol.LogsWanted;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.evidence.Quote;
import dev.assay.signing.Envelope;
import java.io.IOException;

/// Evidence with the TPM's word on which host and boot it is of.
public final class QuotedEvidence {
    private final HostTpm tpm;
    private final KernelLogs logs;

    public QuotedEvidence(HostTpm tpm, KernelLogs logs) {
        this.tpm = tpm;
        this.logs = logs;
    }

    /// The quote first: what is extended after it stands in the logs too, and waits there for the
    /// next one.
    ///
    /// @param wanted of the logs
    public Submission of(Envelope evidence, Challenge challenge, LogsWanted wanted)
            throws IOException {
        Quote quote = tpm.quote(Quote.qualifyingData(challenge.nonce(), evidence.payload()));
        return new Submission(evidence, quote, logs.read(wanted));
    }
}
