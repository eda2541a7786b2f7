package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.ManifestRequest;
import dev.assay.evidence.Protocol.ReferenceRequest;
import dev.assay.evidence.Protocol.ReferenceResponse;
import dev.assay.signing.Envelope;
import dev.assay.signing.Verified;
import dev.assay.tree.Digest;
import dev.assay.verifier.intake.Authenticator;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// Gives a host what it has to measure by: the active baselines of its own channel, and nothing of
/// another's.
public final class Reference {
    private final Authenticator authenticator;
    private final Hosts hosts;
    private final Groups groups;
    private final Baselines baselines;
    private final ManifestArchive manifests;
    private final TrustRoots trustRoots;
    private final Clock clock;

    public Reference(
            Authenticator authenticator,
            Hosts hosts,
            Groups groups,
            Baselines baselines,
            ManifestArchive manifests,
            TrustRoots trustRoots,
            Clock clock) {
        this.authenticator = authenticator;
        this.hosts = hosts;
        this.groups = groups;
        this.baselines = baselines;
        this.manifests = manifests;
        this.trustRoots = trustRoots;
        this.clock = clock;
    }

    /// The compressed manifest; the caller closes it.
    public record Manifest(InputStream content, long bytes) {}

    public ReferenceResponse active(Envelope request)
            throws NotAuthenticException, MalformedInputException {
        ReferenceRequest asked = authenticator.authenticateReference(request);
        Host host = host(asked.host());
        List<Digest> active = new ArrayList<>();
        List<Envelope> documents = new ArrayList<>();
        for (Verified<Baseline> one :
                baselines.active(groups.of(host).channel(), clock.instant())) {
            active.add(one.digest());
            if (!asked.have().contains(one.digest())) {
                documents.add(document(one.digest()));
            }
        }
        return new ReferenceResponse(
                active, documents, host.facts(), trustRoots.current().value().version());
    }

    private Host host(String name) throws NotAuthenticException {
        return hosts.named(name)
                .orElseThrow(
                        () ->
                                new NotAuthenticException(
                                        Reason.UNKNOWN_HOST, "no host of this name is enrolled"));
    }

    private Envelope document(Digest digest) {
        try {
            return baselines.document(digest);
        } catch (RefusedException e) {
            throw new IllegalStateException("baselines are never deleted", e);
        }
    }

    public Manifest manifest(Envelope request)
            throws NotAuthenticException, MalformedInputException, IOException {
        ManifestRequest asked = authenticator.authenticateManifest(request);
        String channel = groups.of(host(asked.host())).channel();
        for (Verified<Baseline> one : baselines.active(channel, clock.instant())) {
            if (one.digest().equals(asked.baseline())) {
                Baseline.ManifestReference reference = one.value().manifest();
                return new Manifest(manifests.open(reference), reference.bytes());
            }
        }
        throw new NotAuthenticException(
                Reason.FOREIGN_BASELINE,
                "channel " + channel + " has no active baseline " + asked.baseline().brief());
    }
}
