package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.signing.Envelope;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.appraise.Appraiser;
import dev.assay.verifier.appraise.Claims;
import dev.assay.verifier.appraise.KernelFindings;
import dev.assay.verifier.appraise.KnownBaseline;
import dev.assay.verifier.appraise.Policy;
import dev.assay.verifier.intake.AuthenticEvidence;
import dev.assay.verifier.intake.AuthenticEvidence.Quoted;
import dev.assay.verifier.intake.EvidenceSink;
import dev.assay.verifier.platform.PlatformAppraisal;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// From authentic evidence to the host's new state and the answer that it gets: appraise, apply,
/// write down, answer, in this order.
public final class Attestation implements EvidenceSink {
    /// An agent is told to come back after the interval less up to this share of it, so that a
    /// fleet that was started at once does not stay in step.
    private static final double SPREAD = 0.15;

    private static final long AFTER_DRAIN_MILLIS = 300;

    private final FleetStore store;
    private final Hosts hosts;
    private final Groups groups;
    private final Baselines baselines;
    private final TrustRoots trustRoots;
    private final Claims claims;
    private final PlatformAppraisal platform;
    private final Results results;
    private final Orders orders;
    private final Observer observer;
    private final Clock clock;
    private final Set<String> underAppraisal = ConcurrentHashMap.newKeySet();

    public Attestation(
            FleetStore store,
            Hosts hosts,
            Groups groups,
            Baselines baselines,
            TrustRoots trustRoots,
            Claims claims,
            PlatformAppraisal platform,
            Results results,
            Orders orders,
            Observer observer,
            Clock clock) {
        this.store = store;
        this.hosts = hosts;
        this.groups = groups;
        this.baselines = baselines;
        this.trustRoots = trustRoots;
        this.claims = claims;
        this.platform = platform;
        this.results = results;
        this.orders = orders;
        this.observer = observer;
        this.clock = clock;
    }

    /// One evidence of a host at a time: drift is appraised longer than golden roots are, and clean
    /// evidence that overtook it would make a replay of the drift. Nor does one host fill the queue
    /// in which the others' drift waits.
    @Override
    public EvidenceResponse submit(AuthenticEvidence authentic)
            throws NotAuthenticException, MalformedInputException {
        String host = authentic.value().host();
        if (!underAppraisal.add(host)) {
            throw new NotAuthenticException(
                    Reason.BUSY, "another evidence of this host is being appraised");
        }
        try {
            return take(authentic);
        } finally {
            underAppraisal.remove(host);
        }
    }

    private EvidenceResponse take(AuthenticEvidence authentic)
            throws NotAuthenticException, MalformedInputException {
        long startNanos = System.nanoTime();
        Evidence evidence = authentic.value();
        Host before = hosts.named(evidence.host()).orElseThrow(Attestation::gone);
        GroupSettings group = groups.of(before);
        List<KnownBaseline> channel = baselines.ofChannel(group.channel());
        @Nullable Verified<Baseline> measuredBy = measuredBy(evidence, channel, group);
        requireNew(before, evidence);
        KernelFindings kernel = kernel(authentic, channel);
        Appraisal appraisal =
                Appraiser.appraise(authentic, channel, policy(before, group), claims, kernel);
        Evidence.Measured measured = evidence.measured();
        Host after =
                hosts.change(
                                evidence.host(),
                                current ->
                                        Lifecycle.attested(
                                                current,
                                                group,
                                                new Attested(
                                                        evidence.boot(),
                                                        seenBefore(current, evidence.boot()),
                                                        evidence.sequence(),
                                                        appraisal,
                                                        group.channel(),
                                                        name(measuredBy),
                                                        measured == null
                                                                ? null
                                                                : measured.coverage(),
                                                        evidence.source().simulated(),
                                                        measured == null ? 0 : measured.seconds(),
                                                        evidence.agent(),
                                                        measured == null ? null : measured.root(),
                                                        evidence.report() != null,
                                                        measured == null
                                                                ? null
                                                                : measured.freshness(),
                                                        evidence.observed(),
                                                        measuredBy == null
                                                                ? List.of()
                                                                : measuredBy.value().amends(),
                                                        authentic
                                                                .quoted()
                                                                .map(Attestation::resetCount)
                                                                .orElse(null),
                                                        kernel.vouched()),
                                                clock.instant()))
                        .orElseThrow(Attestation::gone);
        Standing stood = after.standing();
        boolean clean = before.standing() != null && sameVerdict(before, after);
        if (!clean) {
            orders.lookNow();
        }
        if (stood != null) {
            observer.appraised(stood.verdict(), clean, System.nanoTime() - startNanos);
        }
        return answer(after, group, evidence, appraisal);
    }

    private static Long resetCount(Quoted quoted) {
        return quoted.attest().clockInfo().resetCount();
    }

    private KernelFindings kernel(AuthenticEvidence authentic, List<KnownBaseline> channel)
            throws NotAuthenticException, MalformedInputException {
        Evidence evidence = authentic.value();
        KnownBaseline reference = Appraiser.reference(evidence, channel, authentic.receivedAt());
        return authentic.quoted().isEmpty() || reference == null
                ? KernelFindings.NONE
                : platform.appraise(
                        evidence.host(),
                        evidence.boot(),
                        authentic.quoted().get(),
                        reference.verified());
    }

    private static boolean sameVerdict(Host before, Host after) {
        Standing was = before.standing();
        Standing is = after.standing();
        return was != null
                && is != null
                && was.verdict() == is.verdict()
                && was.since().equals(is.since());
    }

    private static NotAuthenticException gone() {
        return new NotAuthenticException(Reason.UNKNOWN_HOST, "no host of this name is enrolled");
    }

    /// Another channel's scope could leave out what this one's measures. A baseline that nobody
    /// knows, as one that a removed key signed, is the appraisal's business: its host is to hear
    /// what is golden now.
    private @Nullable Verified<Baseline> measuredBy(
            Evidence evidence, List<KnownBaseline> channel, GroupSettings group)
            throws NotAuthenticException {
        Digest digest = evidence.baseline();
        if (digest == null) {
            return null;
        }
        for (KnownBaseline known : channel) {
            if (known.verified().digest().equals(digest)) {
                return known.verified();
            }
        }
        if (!baselines.isKnown(digest)) {
            return null;
        }
        throw new NotAuthenticException(
                Reason.FOREIGN_BASELINE,
                "channel " + group.channel() + " has no baseline " + digest.brief());
    }

    /// Before the costly part; {@link Lifecycle} looks again under the host's lock.
    private static void requireNew(Host host, Evidence evidence) throws NotAuthenticException {
        Boot boot = host.boot();
        if (boot != null
                && boot.id().equals(evidence.boot())
                && evidence.sequence() <= boot.sequence()) {
            throw new NotAuthenticException(
                    Reason.REPLAYED,
                    "sequence "
                            + evidence.sequence()
                            + " does not follow "
                            + boot.sequence()
                            + " of this boot");
        }
    }

    private Policy policy(Host host, GroupSettings group) {
        Instant now = clock.instant();
        TrustRoot root = trustRoots.current().value();
        String distrust =
                root.isExpiredAt(now)
                        ? "the trust root expired at " + root.expires() + ", nothing is believed"
                        : group.minTier().compareTo(host.tier()) > 0
                                ? "the group takes hosts with a TPM alone"
                                : null;
        return new Policy(
                group.channel(),
                host.facts(),
                host.history().provedSerial(group.channel()),
                baselines.rollbackTo(group.channel(), now).orElse(null),
                distrust,
                group.maxDigestAgeSeconds());
    }

    private boolean seenBefore(Host current, BootId boot) {
        Boot last = current.boot();
        return last != null && last.id().equals(boot) || store.hasSeenBoot(current.name(), boot);
    }

    private static @Nullable BaselineName name(@Nullable Verified<Baseline> verified) {
        return verified == null
                ? null
                : new BaselineName(
                        verified.value().channel(), verified.value().serial(), verified.digest());
    }

    private EvidenceResponse answer(
            Host host, GroupSettings group, Evidence evidence, Appraisal appraisal) {
        Instant now = clock.instant();
        HostView view = Views.of(host, group, now);
        boolean unexplained =
                appraisal instanceof Appraisal.Drifted drifted && !drifted.explained();
        Envelope order = orders.orderFor(host, now).orElse(null);
        return new EvidenceResponse(
                view.state().wire(),
                view.admit(),
                view.because(),
                results.sign(host, now, null, null),
                nextMillis(host, group, now),
                baselines.active(group.channel(), now).stream().map(Verified::digest).toList(),
                unexplained && evidence.report() == null,
                order,
                trustRoots.current().value().version(),
                order != null && group.exhibits() ? true : null);
    }

    private static long nextMillis(Host host, GroupSettings group, Instant now) {
        double spread = 1 - SPREAD * ThreadLocalRandom.current().nextDouble();
        long next = Math.max(1, (long) (group.intervalMillis() * spread));
        Reset reset = host.openReset();
        Instant drainBy = reset == null ? null : reset.drainBy();
        if (reset != null && reset.status() == Reset.Status.PENDING && drainBy != null) {
            long drained = Duration.between(now, drainBy).toMillis() + AFTER_DRAIN_MILLIS;
            next = Math.min(next, Math.max(AFTER_DRAIN_MILLIS, drained));
        }
        return next;
    }
}
