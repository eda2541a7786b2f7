package dev.assay.verifier.fleet;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;

/// The pinned trust root and its versions since.
public final class TrustRoots {
    public Verified<TrustRoot> current() { return NotBuilt.yet(); }

    /// The envelope of one version, for agents that follow.
    public Envelope version(int version) throws RefusedException { return NotBuilt.yet(); }

    /// Takes the next version, signed by the old and the new threshold.
    public Verified<TrustRoot> advance(Envelope next)
            throws IOException, NotSignedException, MalformedInputException { return NotBuilt.yet(); }
}
