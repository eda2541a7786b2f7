package dev.assay.verifier.fleet;

import dev.assay.evidence.Freshness;
import dev.assay.signing.TrustRole;
import dev.assay.verifier.appraise.KernelFindings.Vouched;
import dev.assay.verifier.enrol.EkTrust;
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
    private static final String BOOT = "boot/";
    private static final String EXECUTED = "executed";

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
        int hardware = hardware(view);
        return switch (view.state()) {
            case GOLDEN ->
                    new TrustVector(
                            identity,
                            TrustVector.AFFIRMING,
                            view.vouched().contains(Vouched.EXECUTABLES)
                                    ? TrustVector.AFFIRMING
                                    : TrustVector.NO_CLAIM,
                            TrustVector.AFFIRMING,
                            hardware);
            case OUTDATED ->
                    new TrustVector(
                            identity,
                            TrustVector.NO_CLAIM,
                            TrustVector.NO_CLAIM,
                            TrustVector.NO_CLAIM,
                            hardware);
            case UNKNOWN, ARCHIVED -> {
                int claim =
                        view.why() == HostState.Why.VERIFIER_FAULT
                                ? TrustVector.VERIFIER_MALFUNCTION
                                : TrustVector.NO_CLAIM;
                yield new TrustVector(identity, claim, TrustVector.NO_CLAIM, claim, hardware);
            }
            case DRIFTED, RESET_PENDING, RESETTING, QUARANTINED ->
                    drifted(view, identity, hardware);
        };
    }

    /// Whoever came first may have come with a TPM of software.
    private static int hardware(HostView view) {
        TpmBinding tpm = view.tpm();
        return tpm == null || tpm.trust() == EkTrust.FIRST_USE
                ? TrustVector.NO_CLAIM
                : TrustVector.AFFIRMING;
    }

    /// Only what is known to have drifted is contraindicated by itself; where the list is not
    /// known, files and configuration are.
    private static TrustVector drifted(HostView view, int identity, int hardware) {
        DriftSummary drift = view.drift();
        boolean isListed =
                drift != null
                        && drift.unexplained() == null
                        && drift.total() == drift.paths().size();
        if (drift == null || !isListed) {
            return new TrustVector(
                    identity,
                    TrustVector.CONTRAINDICATED,
                    TrustVector.NO_CLAIM,
                    TrustVector.CONTRAINDICATED,
                    hardware);
        }
        int configuration = TrustVector.NO_CLAIM;
        int executables = TrustVector.NO_CLAIM;
        int files = TrustVector.NO_CLAIM;
        for (String path : drift.paths()) {
            if (path.startsWith(KERNEL) || path.startsWith(BOOT)) {
                configuration = TrustVector.CONTRAINDICATED;
            } else if (path.startsWith(EXECUTED)) {
                executables = TrustVector.CONTRAINDICATED;
            } else {
                files = TrustVector.CONTRAINDICATED;
            }
        }
        return new TrustVector(identity, configuration, executables, files, hardware);
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
        details.put("basis", basis(view));
        details.put("tier", view.tier().wire());
        TpmBinding tpm = view.tpm();
        if (tpm != null) {
            details.put("ekTrust", tpm.trust().wire());
        }
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
            proved.put("kind", proof.kind().wire());
            proved.put("before", proof.before().value());
            proved.put("after", proof.after().value());
            proved.put("at", proof.at().toString());
            ResetCounts resets = proof.resets();
            if (resets != null && resets.before() != null) {
                proved.put("resetCountBefore", resets.before());
                proved.put("resetCountAfter", resets.now());
            }
            details.put("proof", proved);
        }
        return details;
    }

    /// What each claim rests on: the kernel itself, through the TPM, or the agent's word.
    private static Map<String, Object> basis(HostView view) {
        Map<String, Object> basis = new LinkedHashMap<>();
        basis.put("tree", "asserted");
        for (Vouched vouched : view.vouched()) {
            basis.put(vouched.wire(), "kernel-measured");
        }
        return basis;
    }

    /// The JWK set (RFC 7517) of the keys that may sign results, as JSON.
    public String jwks() {
        return EarSigner.jwks(trustRoots.current().value().keysOf(TrustRole.RESULT));
    }
}
