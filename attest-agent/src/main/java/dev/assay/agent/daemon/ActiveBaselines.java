package dev.assay.agent.daemon;

import dev.assay.agent.log.EventLog;
import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.agent.verifierclient.VerifierClient.Asker;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.baseline.Baseline;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.ReferenceResponse;
import dev.assay.scope.Facts;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The baselines that this host may be held against now: those that the verifier calls active and
/// that the trust root's signers signed for the host's channel. The verifier chooses among them; it
/// cannot add to them.
final class ActiveBaselines {
    private static final EventLog LOG = EventLog.of(ActiveBaselines.class);

    private final BaselineCache cache;
    private final TrustStore trust;
    private final InstantSource clock;
    private final Map<Digest, Verified<Baseline>> usable = new LinkedHashMap<>();

    /// Not asked for again under the same trust root: a bad one would be sent at every round.
    private final Set<Digest> refused = new HashSet<>();

    private List<Digest> announced = List.of();
    private boolean known;
    private int rootVersion;
    private @Nullable Digest lastMatch;

    ActiveBaselines(BaselineCache cache, TrustStore trust, InstantSource clock) {
        this.cache = cache;
        this.trust = trust;
        this.clock = clock;
    }

    /// @param active as an answer of the verifier says
    void announce(List<Digest> active) {
        announced = List.copyOf(active);
    }

    void matched(Digest baseline) {
        lastMatch = baseline;
    }

    boolean areOutOfDate() {
        return !known
                || rootVersion != trust.current().version()
                || announced.stream()
                        .anyMatch(
                                digest -> !usable.containsKey(digest) && !refused.contains(digest));
    }

    /// Asks the verifier which there are and takes those that are signed as they must be.
    ///
    /// @return the facts of the enrolment as the verifier has them now
    Facts refresh(VerifierClient client, Asker asker) throws VerifierException, IOException {
        TrustRoot root = trust.current();
        if (rootVersion != root.version()) {
            usable.clear();
            refused.clear();
            rootVersion = root.version();
        }
        List<Digest> held = new ArrayList<>();
        for (Digest digest : cache.held()) {
            if (held.size() < VerifierClient.MAX_ACTIVE && load(digest, root)) {
                held.add(digest);
            }
        }
        ReferenceResponse response = client.reference(asker, held);
        for (Envelope document : response.documents()) {
            take(document, root);
        }
        announced = List.copyOf(response.active());
        known = true;
        usable.keySet().retainAll(announced);
        refused.retainAll(announced);
        for (Digest digest : announced) {
            if (!usable.containsKey(digest) && refused.add(digest)) {
                LOG.warn("baseline-not-usable", "digest", digest.brief());
            }
        }
        cache.prune(usable.values());
        return response.facts();
    }

    private boolean load(Digest digest, TrustRoot root) throws IOException {
        cache.read(digest, root).ifPresent(baseline -> usable.put(digest, baseline));
        return usable.containsKey(digest);
    }

    private void take(Envelope document, TrustRoot root) {
        try {
            Verified<Baseline> baseline = cache.store(document, root);
            usable.put(baseline.digest(), baseline);
            refused.remove(baseline.digest());
            LOG.info(
                    "baseline-taken",
                    "channel",
                    baseline.value().channel(),
                    "serial",
                    baseline.value().serial(),
                    "digest",
                    baseline.digest().brief());
        } catch (NotSignedException | MalformedInputException e) {
            refused.add(document.payloadDigest());
            LOG.error("baseline-refused", "digest", document.payloadDigest().brief(), "reason", e);
        }
    }

    /// The one that matched last, then the others, the highest serial first. None once the trust
    /// root has expired: nobody is there who could say what is golden.
    List<Verified<Baseline>> likeliestFirst() {
        if (trust.current().isExpiredAt(clock.instant())) {
            LOG.error("trust-root-expired", "version", trust.current().version());
            return List.of();
        }
        List<Verified<Baseline>> all = new ArrayList<>();
        for (Digest digest : announced) {
            @Nullable Verified<Baseline> baseline = usable.get(digest);
            if (baseline != null) {
                all.add(digest.equals(lastMatch) ? 0 : all.size(), baseline);
            }
        }
        return all;
    }
}
