package dev.assay.verifier.fleet;

import dev.assay.evidence.Freshness;
import dev.assay.signing.TrustRole;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import dev.assay.verifier.verdict.AttestationResult;
import dev.assay.verifier.verdict.EarSigner;
import dev.assay.verifier.verdict.EarStatus;
import dev.assay.verifier.verdict.TrustVector;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Attestation results of the present moment.
public final class Results {
    public static final int MAX_AUDIENCE_CHARS = 256;

    /// Characters of a nonce, as EAT wants it in JSON (RFC 9711, section 4.1).
    public static final int MIN_NONCE_CHARS = 8;

    public static final int MAX_NONCE_CHARS = 88;

    private static final String KERNEL = "kernel/";

    private final Hosts hosts;
    private final Groups groups;
    private final TrustRoots trustRoots;
    private final EarSigner signer;
    private final Clock clock;

    public Results(
            Hosts hosts, Groups groups, TrustRoots trustRoots, EarSigner signer, Clock clock) {
        this.hosts = hosts;
        this.groups = groups;
        this.trustRoots = trustRoots;
        this.signer = signer;
        this.clock = clock;
    }

    /// A signed EAR (draft-ietf-rats-ear) as a JWT.
    ///
    /// @param audience who is to believe it; null for the host itself
    /// @param nonce the caller's, 8 to 88 characters
    public String issue(String host, @Nullable String audience, @Nullable String nonce)
            throws RefusedException {
        Host known =
                hosts.named(host)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                Refusal.UNKNOWN_HOST, "there is no host " + host));
        if (audience != null && (audience.isBlank() || audience.length() > MAX_AUDIENCE_CHARS)) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS, "an audience has 1 to 256 characters");
        }
        if (nonce != null
                && (nonce.length() < MIN_NONCE_CHARS || nonce.length() > MAX_NONCE_CHARS)) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "a nonce has 8 to 88 characters");
        }
        return sign(known, clock.instant(), audience, nonce);
    }

    String sign(Host host, Instant now, @Nullable String audience, @Nullable String nonce) {
        GroupSettings group = groups.of(host);
        HostView view = Views.of(host, group, now);
        Instant expires = group.resultExpiry(now);
        Instant verdictExpires = view.expires();
        // A result must not outlive the verdict that it speaks of.
        if (view.admit() && verdictExpires != null && verdictExpires.isBefore(expires)) {
            expires = verdictExpires;
        }
        BaselineName baseline = view.baseline();
        return signer.sign(
                new AttestationResult(
                        view.name(),
                        audience == null ? view.name() : audience,
                        nonce,
                        now,
                        expires,
                        status(view),
                        vector(view),
                        baseline == null
                                ? "assay:" + view.channel()
                                : "assay:"
                                        + baseline.channel()
                                        + "#"
                                        + baseline.serial()
                                        + ":"
                                        + baseline.digest().hex(),
                        details(view)));
    }

    private static EarStatus status(HostView view) {
        return switch (view.state()) {
            case GOLDEN -> EarStatus.AFFIRMING;
            case OUTDATED -> EarStatus.WARNING;
            case UNKNOWN, ARCHIVED -> EarStatus.NONE;
            case DRIFTED, RESET_PENDING, RESETTING, QUARANTINED -> EarStatus.CONTRAINDICATED;
        };
    }

    private static TrustVector vector(HostView view) {
        int identity = view.banned() ? TrustVector.CONTRAINDICATED : TrustVector.AFFIRMING;
        return switch (view.state()) {
            case GOLDEN ->
                    new TrustVector(
                            identity,
                            TrustVector.AFFIRMING,
                            TrustVector.NO_CLAIM,
                            TrustVector.AFFIRMING);
            case OUTDATED ->
                    new TrustVector(
                            identity,
                            TrustVector.NO_CLAIM,
                            TrustVector.NO_CLAIM,
                            TrustVector.NO_CLAIM);
            case UNKNOWN, ARCHIVED -> {
                int claim =
                        view.why() == HostState.Why.VERIFIER_FAULT
                                ? TrustVector.VERIFIER_MALFUNCTION
                                : TrustVector.NO_CLAIM;
                yield new TrustVector(identity, claim, TrustVector.NO_CLAIM, claim);
            }
            case DRIFTED, RESET_PENDING, RESETTING, QUARANTINED -> drifted(view, identity);
        };
    }

    /// Only what is known to have drifted is contraindicated by itself; where the list is not
    /// known, both are.
    private static TrustVector drifted(HostView view, int identity) {
        DriftSummary drift = view.drift();
        boolean files = true;
        boolean kernel = true;
        if (drift != null && drift.unexplained() == null && drift.total() == drift.paths().size()) {
            files = drift.paths().stream().anyMatch(path -> !path.startsWith(KERNEL));
            kernel = drift.paths().stream().anyMatch(path -> path.startsWith(KERNEL));
        }
        return new TrustVector(
                identity,
                kernel ? TrustVector.CONTRAINDICATED : TrustVector.NO_CLAIM,
                TrustVector.NO_CLAIM,
                files ? TrustVector.CONTRAINDICATED : TrustVector.NO_CLAIM);
    }

    private static Map<String, Object> details(HostView view) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", view.state().wire());
        details.put("admit", view.admit());
        details.put("because", view.because());
        if (view.why() != null) {
            details.put("why", view.why().wire());
        }
        if (view.boot() != null) {
            details.put("boot", view.boot().value());
        }
        BaselineName baseline = view.baseline();
        if (baseline != null) {
            Map<String, Object> named = new LinkedHashMap<>();
            named.put("channel", baseline.channel());
            named.put("serial", baseline.serial());
            named.put("digest", baseline.digest().hex());
            details.put("baseline", named);
        }
        details.put("basis", "asserted");
        details.put("tier", view.tier());
        details.put("simulated", view.simulated());
        if (view.coverage() != null) {
            Map<String, Object> coverage = new LinkedHashMap<>();
            view.coverage()
                    .classes()
                    .forEach(
                            (mutability, count) -> {
                                Map<String, Object> counted = new LinkedHashMap<>();
                                counted.put("entries", count.entries());
                                counted.put("bytes", count.bytes());
                                coverage.put(mutability.wire(), counted);
                            });
            details.put("coverage", coverage);
            details.put("notMeasured", view.coverage().notMeasured().size());
        }
        Freshness freshness = view.freshness();
        if (freshness != null) {
            Map<String, Object> measured = new LinkedHashMap<>();
            measured.put("pass", freshness.pass().wire());
            measured.put("oldestDigestSeconds", freshness.oldestDigestSeconds());
            details.put("freshness", measured);
        }
        History.Proof proof = view.lastProof();
        if (proof != null) {
            Map<String, Object> proved = new LinkedHashMap<>();
            proved.put("kind", proof.kind());
            proved.put("before", proof.before().value());
            proved.put("after", proof.after().value());
            proved.put("at", proof.at().toString());
            details.put("proof", proved);
        }
        return details;
    }

    /// The JWK set (RFC 7517) of the keys that may sign results, as JSON.
    public String jwks() {
        return EarSigner.jwks(trustRoots.current().value().keysOf(TrustRole.RESULT));
    }
}
