package dev.assay.agent.daemon;

import dev.assay.agent.attest.EvidenceAssembly;
import dev.assay.agent.attest.Finding;
import dev.assay.agent.attest.HostMeasurer;
import dev.assay.agent.exhibit.Drifted;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.tpm.QuotedEvidence;
import dev.assay.agent.verifierclient.VerifierClient.Asker;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.DriftReport;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Protocol.Challenge;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.LogsWanted;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.scope.Facts;
import dev.assay.signing.Envelope;
import dev.assay.signing.Signer;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One round: follow what is active, measure, submit.
///
/// The nonce is asked for after measuring, which may take longer than a nonce lives: it dates the
/// signature; what was measured is as old as the measurement took.
final class Attester {
    private static final EventLog LOG = EventLog.of(Attester.class);
    private static final String REPLAYED = "replayed";
    private static final String LOGS_UNKNOWN = "logs-unknown";

    private final StateFolder state;
    private final HostMeasurer host;
    private final Signer key;
    private final EvidenceAssembly assembly;
    private final TrustStore trust;
    private final Connection connection;
    private final ActiveBaselines baselines;
    private final BaselineCache cache;
    private final Explanations explanations;
    private final SequenceNumbers sequence;
    private final @Nullable QuotedEvidence quotes;
    private Enrolment enrolment;
    private Drifted drifted = Drifted.NOTHING_KNOWN;
    private @Nullable BootId driftedIn;
    private boolean watching;

    /// What the verifier made of a round.
    ///
    /// @param drifted as this boot last explained it
    record Judged(Asker asker, EvidenceResponse answer, Drifted drifted) {
        BootId boot() {
            return asker.boot();
        }
    }

    /// @param quotes null for a host of the software tier
    Attester(
            StateFolder state,
            HostMeasurer host,
            Signer key,
            String agent,
            Enrolment enrolment,
            TrustStore trust,
            Connection connection,
            BaselineCache cache,
            ActiveBaselines baselines,
            SequenceNumbers sequence,
            @Nullable QuotedEvidence quotes) {
        this.state = state;
        this.host = host;
        this.key = key;
        this.assembly = new EvidenceAssembly(enrolment.host(), key, agent);
        this.enrolment = enrolment;
        this.trust = trust;
        this.connection = connection;
        this.cache = cache;
        this.explanations = new Explanations(host, cache);
        this.baselines = baselines;
        this.sequence = sequence;
        this.quotes = quotes;
    }

    Enrolment enrolment() {
        return enrolment;
    }

    TrustRoot trustRoot() {
        return trust.current();
    }

    /// From the next round on, what the active baselines measure is watched.
    void watch() {
        watching = true;
    }

    boolean isWatched() {
        return host.isWatched();
    }

    boolean awaitChange(Duration atMost) throws InterruptedException {
        return host.awaitChange(atMost);
    }

    Judged attest() throws VerifierException, IOException {
        BootId boot = host.boot();
        if (!boot.equals(driftedIn)) {
            driftedIn = boot;
            drifted = Drifted.NOTHING_KNOWN;
        }
        Asker asker = new Asker(enrolment.host(), boot, key);
        if (baselines.areOutOfDate()) {
            keepFacts(baselines.refresh(connection.client(), asker));
        }
        List<Verified<Baseline>> active = baselines.likeliestFirst();
        if (watching) {
            // Before anything is measured: what changes after that is noticed.
            host.watch(active.stream().map(one -> one.value().scope()).distinct().toList());
        }
        Optional<Finding> finding = Finding.search(host, active, enrolment.facts());
        EvidenceResponse answer;
        if (finding.isEmpty()) {
            LOG.warn("nothing-measured", "reason", "no signed baseline of this channel");
            answer = submit(asker, null, null);
        } else if (finding.get().golden()) {
            baselines.matched(finding.get().baseline().digest());
            explanations.golden(finding.get());
            answer = submit(asker, finding.get(), null);
        } else {
            answer = accuse(asker, finding.get());
        }
        LOG.info(
                "attested",
                "host",
                enrolment.host(),
                "boot",
                boot.brief(),
                "state",
                answer.state(),
                "admit",
                answer.admit(),
                "because",
                answer.because());
        follow(answer);
        return new Judged(asker, answer, drifted);
    }

    /// The bare root goes out before the manifest is fetched, so that admission is lost in seconds,
    /// whatever the manifest weighs. Not where something could not be read: without the list that
    /// is no fault of the host but a drift, which holds for the rest of the boot.
    private EvidenceResponse accuse(Asker asker, Finding finding)
            throws VerifierException, IOException {
        Optional<DriftReport> known = explain(finding);
        if (known.isPresent()) {
            return submit(asker, finding, known.get());
        }
        @Nullable EvidenceResponse bare =
                finding.measurement().undetermined() == 0 ? submit(asker, finding, null) : null;
        Optional<DriftReport> fetched = fetchAndExplain(asker, finding);
        if (bare == null || fetched.isPresent()) {
            return submit(asker, finding, fetched.orElse(null));
        }
        return bare;
    }

    private Optional<DriftReport> fetchAndExplain(Asker asker, Finding finding) {
        try {
            cache.fetchManifest(connection.client(), asker, finding.baseline());
            return explain(finding);
        } catch (VerifierException | IOException e) {
            LOG.warn("drift-unexplained", "reason", e);
            return Optional.empty();
        }
    }

    private Optional<DriftReport> explain(Finding finding) {
        Optional<Finding.Explained> explained = explanations.of(finding);
        explained.ifPresent(its -> drifted = new Drifted(its.listed(), its.report().total()));
        return explained.map(Finding.Explained::report);
    }

    private EvidenceResponse submit(
            Asker asker, @Nullable Finding finding, @Nullable DriftReport report)
            throws VerifierException, IOException {
        long number = sequence.next(asker.boot());
        Observed observed = host.observed();
        Assembled assembled =
                challenge ->
                        assembly.assemble(
                                asker.boot(),
                                number,
                                challenge.nonce(),
                                host.source(),
                                finding,
                                report,
                                observed);
        try {
            EvidenceResponse answer = submit(asker, assembled);
            if (observed != null) {
                host.told(observed);
            }
            return answer;
        } catch (VerifierException.Refused e) {
            if (e.word().equals(REPLAYED)) {
                sequence.passReplay(asker.boot());
            }
            throw e;
        }
    }

    private interface Assembled {
        Envelope of(Challenge challenge);
    }

    /// A replica that knows less of this boot's logs than the one that gave the challenge gets all
    /// of them.
    private EvidenceResponse submit(Asker asker, Assembled assembled)
            throws VerifierException, IOException {
        try {
            return connection
                    .client()
                    .submit(asker, challenge -> quoted(assembled, challenge, challenge.logs()));
        } catch (VerifierException.Refused e) {
            if (quotes == null || !e.word().equals(LOGS_UNKNOWN)) {
                throw e;
            }
            return connection
                    .client()
                    .submit(asker, challenge -> quoted(assembled, challenge, LogsWanted.ALL));
        }
    }

    private Submission quoted(Assembled assembled, Challenge challenge, @Nullable LogsWanted wanted)
            throws IOException {
        Envelope evidence = assembled.of(challenge);
        return quotes == null
                ? new Submission(evidence, null, null)
                : quotes.of(evidence, challenge, wanted == null ? LogsWanted.ALL : wanted);
    }

    private void follow(EvidenceResponse answer) {
        baselines.announce(answer.active());
        followTrustRoot(answer.trustRootVersion());
    }

    /// A trust root that cannot be followed now takes nothing away from the verdict that was given.
    private void followTrustRoot(int announced) {
        try {
            if (announced > trust.current().version()) {
                trust.follow(announced, connection.client());
            }
        } catch (VerifierException | IOException e) {
            LOG.warn("trust-root-not-followed", "reason", e);
        }
    }

    private void keepFacts(Facts facts) {
        if (!facts.equals(enrolment.facts())) {
            enrolment = enrolment.withFacts(facts);
            try {
                enrolment.write(state);
            } catch (IOException e) {
                LOG.error("enrolment-not-written", "reason", e);
            }
        }
    }
}
