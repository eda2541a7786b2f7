package dev.assay.agent.daemon;

import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.tree.Digest;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The client for the TLS keys that the trust root names now.
final class Connection implements AutoCloseable {
    private final URI verifier;
    private final TrustStore trust;
    private final VerifierClient.Deadlines deadlines;
    private final InstantSource clock;
    private @Nullable VerifierClient client;
    private List<Digest> pins = List.of();

    Connection(
            URI verifier,
            TrustStore trust,
            VerifierClient.Deadlines deadlines,
            InstantSource clock) {
        this.verifier = verifier;
        this.trust = trust;
        this.deadlines = deadlines;
        this.clock = clock;
    }

    VerifierClient client() {
        List<Digest> wanted = trust.current().tls();
        if (client == null || !wanted.equals(pins)) {
            close();
            pins = wanted;
            client = new VerifierClient(verifier, pins, deadlines, clock);
        }
        return client;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
