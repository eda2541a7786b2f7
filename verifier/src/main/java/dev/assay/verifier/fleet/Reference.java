package dev.assay.verifier.fleet;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.ReferenceResponse;
import dev.assay.signing.Envelope;
import dev.assay.verifier.refusal.NotAuthenticException;
import java.io.IOException;
import java.io.InputStream;

/// Gives a host what it has to measure by: the active baselines of its own channel, and nothing of
/// another's.
public final class Reference {
    /// The compressed manifest; the caller closes it.
    public record Manifest(InputStream content, long bytes) {}

    public ReferenceResponse active(Envelope request)
            throws NotAuthenticException, MalformedInputException { return NotBuilt.yet(); }

    public Manifest manifest(Envelope request)
            throws NotAuthenticException, MalformedInputException, IOException { return NotBuilt.yet(); }
}
