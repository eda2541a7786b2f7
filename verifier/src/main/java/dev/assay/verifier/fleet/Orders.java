package dev.assay.verifier.fleet;

import dev.assay.signing.Envelope;
import java.time.Instant;
import java.util.Optional;

/// The signed order that a host has to get just now, if there is one.
public interface Orders {
    Optional<Envelope> orderFor(Host host, Instant now);

    /// The host's state has changed: whoever decides about resets need not wait for its next look.
    void lookNow();
}
