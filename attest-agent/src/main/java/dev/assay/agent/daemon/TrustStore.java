package dev.assay.agent.daemon;

import dev.assay.agent.log.EventLog;
import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.PrivateFiles;
import dev.assay.signing.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The trust root that was pinned at installation, followed version by version and kept. Each
/// version must be signed by the one before: whoever runs the verifier cannot bring in signers.
final class TrustStore {
    private static final EventLog LOG = EventLog.of(TrustStore.class);
    private static final int MAX_ENVELOPE_BYTES = 2 * TrustRoot.MAX_BYTES;

    /// A verifier that always has one version more must not hold the loop.
    private static final int MAX_STEPS = 64;

    private final Path file;
    private TrustRoot current;

    private TrustStore(Path file, TrustRoot current) {
        this.file = file;
        this.current = current;
    }

    /// The later of the one that was pinned and the one that was followed to.
    ///
    /// @param pinned null where it was given to an earlier start
    static TrustStore open(Path file, @Nullable Path pinned) throws StartException, IOException {
        Optional<TrustRoot> kept = readKept(file);
        if (pinned == null) {
            return new TrustStore(
                    file,
                    kept.orElseThrow(
                            () ->
                                    StartException.ofUsage(
                                            "no trust root is pinned: give --trust-root FILE")));
        }
        Envelope envelope = readPinned(pinned);
        TrustRoot given = verified(envelope, pinned);
        if (kept.isPresent() && kept.get().version() >= given.version()) {
            if (kept.get().version() == given.version() && !kept.get().equals(given)) {
                throw StartException.ofState(
                        "the state folder follows another trust root than "
                                + pinned
                                + ": it is another installation's");
            }
            return new TrustStore(file, kept.get());
        }
        PrivateFiles.replace(file, Json.write(envelope));
        return new TrustStore(file, given);
    }

    private static Optional<TrustRoot> readKept(Path file) throws IOException {
        Optional<Envelope> envelope = StateFolder.read(file, Envelope.class, MAX_ENVELOPE_BYTES);
        if (envelope.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TrustRoot.pinned(envelope.get()).value());
        } catch (NotSignedException | MalformedInputException e) {
            LOG.warn("trust-root-damaged", "file", file, "reason", e);
            return Optional.empty();
        }
    }

    private static Envelope readPinned(Path pinned) throws StartException {
        try {
            if (Files.size(pinned) > MAX_ENVELOPE_BYTES) {
                throw StartException.ofUsage(pinned + " is too large for a trust root");
            }
            return Envelope.parse(Bytes.copyOf(Files.readAllBytes(pinned)), MAX_ENVELOPE_BYTES);
        } catch (IOException e) {
            throw StartException.ofUsage("cannot read the trust root: " + e);
        } catch (MalformedInputException e) {
            throw StartException.ofUsage(pinned + " is no trust root: " + e.getMessage());
        }
    }

    private static TrustRoot verified(Envelope envelope, Path pinned) throws StartException {
        try {
            return TrustRoot.pinned(envelope).value();
        } catch (NotSignedException | MalformedInputException e) {
            throw StartException.ofUsage(pinned + " is no trust root: " + e.getMessage());
        }
    }

    TrustRoot current() {
        return current;
    }

    /// Takes the versions up to the announced one, as far as each is signed as it must be.
    ///
    /// @return whether there is a new one
    boolean follow(int announced, VerifierClient client) throws VerifierException, IOException {
        int before = current.version();
        for (int step = 0; step < MAX_STEPS && current.version() < announced; step++) {
            int wanted = current.version() + 1;
            Optional<Envelope> next = client.trustRoot(wanted);
            if (next.isEmpty()) {
                LOG.warn("trust-root-missing", "version", wanted);
                break;
            }
            try {
                take(next.get());
            } catch (NotSignedException | MalformedInputException e) {
                LOG.error("trust-root-refused", "version", wanted, "reason", e);
                break;
            }
        }
        return current.version() > before;
    }

    /// The next version.
    ///
    /// @throws NotSignedException where it does not follow this one
    void take(Envelope next) throws NotSignedException, MalformedInputException, IOException {
        TrustRoot followed = current.advance(next).value();
        PrivateFiles.replace(file, Json.write(next));
        current = followed;
        LOG.info("trust-root-followed", "version", followed.version());
    }
}
