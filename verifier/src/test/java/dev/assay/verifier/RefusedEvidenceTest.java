package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Protocol.ChallengeRequest;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Evidence that is good but for one thing: refused with its reason, and nothing of the host
/// changed.
final class RefusedEvidenceTest {
    @TempDir private Path folder;
    private Installation at;
    private Agent agent;
    private HostView before;

    @BeforeEach
    void anAdmittedHost() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.ENFORCE));
        agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        assertThat(agent.attest().admit()).isTrue();
        before = at.verifier.fleet().host("web-1");
    }

    @AfterEach
    void close() {
        at.close();
    }

    private void refused(Bytes evidence, Reason reason) throws Exception {
        assertThatThrownBy(() -> at.verifier.intake().accept(evidence))
                .isInstanceOfSatisfying(
                        NotAuthenticException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        unchanged();
    }

    private void malformed(Bytes evidence) throws Exception {
        assertThatThrownBy(() -> at.verifier.intake().accept(evidence))
                .isInstanceOf(MalformedInputException.class);
        unchanged();
    }

    private void unchanged() throws Exception {
        HostView after = at.verifier.fleet().host("web-1");
        assertThat(after.sequence()).isEqualTo(before.sequence());
        assertThat(after.verdictAt()).isEqualTo(before.verdictAt());
        assertThat(after.expires()).isEqualTo(before.expires());
        assertThat(after.boot()).isEqualTo(before.boot());
        assertThat(after.quarantine()).isEqualTo(before.quarantine());
    }

    @Test
    void theSameEvidenceTwiceIsReplayed() throws Exception {
        Bytes evidence = agent.evidenceJson();
        at.verifier.intake().accept(evidence);
        before = at.verifier.fleet().host("web-1");

        refused(evidence, Reason.REPLAYED);
    }

    @Test
    void anOlderSequenceWithAFreshNonceIsReplayed() throws Exception {
        agent.sequence--;

        refused(agent.evidenceJson(), Reason.REPLAYED);
    }

    @Test
    void aCleanEvidenceKeptBackAndSentAfterTheDriftedOneIsReplayed() throws Exception {
        Bytes clean = agent.evidenceJson();
        agent.tree = agent.tree.tampered();
        agent.attest();
        before = at.verifier.fleet().host("web-1");

        refused(clean, Reason.REPLAYED);
        assertThat(at.verifier.fleet().host("web-1").admit()).isFalse();
    }

    @Test
    void aNonceOlderThanThirtySecondsIsStale() throws Exception {
        Bytes evidence = agent.evidenceJson();
        at.clock.advanceMillis(30_001);

        refused(evidence, Reason.STALE_NONCE);
    }

    @Test
    void aNonceOfExactlyThirtySecondsIsFresh() throws Exception {
        Bytes evidence = agent.evidenceJson();
        at.clock.advanceMillis(30_000);

        assertThat(at.verifier.intake().accept(evidence).admit()).isTrue();
    }

    @Test
    void aNonceFromTheFutureIsStale() throws Exception {
        Bytes evidence = agent.evidenceJson();
        at.clock.advanceMillis(-1);

        refused(evidence, Reason.STALE_NONCE);
    }

    @Test
    void aNonceOfOneByteIsForeign() throws Exception {
        Bytes one = Bytes.utf8("x");

        refused(agent.seal(agent.evidence(one)), Reason.FOREIGN_NONCE);
    }

    @Test
    void aNonceWithOneBitFlippedIsForeign() throws Exception {
        byte[] nonce = agent.nonce(Purpose.EVIDENCE).toArray();
        nonce[nonce.length - 1] ^= 1;

        refused(agent.seal(agent.evidence(Bytes.copyOf(nonce))), Reason.FOREIGN_NONCE);
    }

    @Test
    void aNonceMadeYoungerByItsSenderIsForeign() throws Exception {
        byte[] nonce = agent.nonce(Purpose.EVIDENCE).toArray();
        nonce[8] ^= 1;

        refused(agent.seal(agent.evidence(Bytes.copyOf(nonce))), Reason.FOREIGN_NONCE);
    }

    @Test
    void aNonceForAnotherPurposeIsForeign() throws Exception {
        refused(agent.seal(agent.evidence(agent.nonce(Purpose.REFERENCE))), Reason.FOREIGN_NONCE);
    }

    @Test
    void aNonceForAnotherHostIsForeign() throws Exception {
        Bytes nonce =
                at.verifier
                        .challenges()
                        .issue(new ChallengeRequest("web-2", agent.boot, Purpose.EVIDENCE))
                        .nonce();

        refused(agent.seal(agent.evidence(nonce)), Reason.FOREIGN_NONCE);
    }

    @Test
    void aNonceForAnotherBootIsForeign() throws Exception {
        Bytes nonce =
                at.verifier
                        .challenges()
                        .issue(new ChallengeRequest("web-1", Agent.freshBoot(), Purpose.EVIDENCE))
                        .nonce();

        refused(agent.seal(agent.evidence(nonce)), Reason.FOREIGN_NONCE);
    }

    @Test
    void evidenceSignedByAnotherKeyIsRefused() throws Exception {
        agent.key = SigningKey.generate(KeyType.ECDSA_P256);

        refused(agent.evidenceJson(), Reason.BAD_SIGNATURE);
    }

    @Test
    void evidenceSignedByAnotherHostsKeyIsRefused() throws Exception {
        agent.key = new Agent(at, "web-2").enrol().key;

        refused(agent.evidenceJson(), Reason.BAD_SIGNATURE);
    }

    @Test
    void evidenceChangedAfterSigningIsRefused() throws Exception {
        Bytes json = agent.evidenceJson();
        Envelope signed = Json.parse(json, Submission.class, 1 << 20).evidence();
        Evidence more = agent.evidence(agent.nonce(Purpose.EVIDENCE));
        Envelope forged = new Envelope(Json.write(more), signed.payloadType(), signed.signatures());

        refused(Json.write(new Submission(forged, null, null)), Reason.BAD_SIGNATURE);
    }

    @Test
    void evidenceUnderAnotherDocumentsTypeIsRefused() throws Exception {
        Evidence evidence = agent.evidence(agent.nonce(Purpose.EVIDENCE));
        Envelope other =
                Envelope.sign(
                        "application/vnd.assay.enrolment.v1+json",
                        Json.write(evidence),
                        agent.key);

        refused(Json.write(new Submission(other, null, null)), Reason.BAD_SIGNATURE);
    }

    @Test
    void evidenceOfAHostThatIsNotEnrolledIsRefused() throws Exception {
        refused(new Agent(at, "web-9").evidenceJson(), Reason.UNKNOWN_HOST);
    }

    @Test
    void evidenceOfABannedHostIsRefused() throws Exception {
        at.verifier.fleet().ban("web-1", "stolen", Installation.OPERATOR);
        before = at.verifier.fleet().host("web-1");

        refused(agent.evidenceJson(), Reason.BANNED);
        assertThat(at.verifier.fleet().host("web-1").admit()).isFalse();
    }

    @Test
    void simulatedEvidenceIsRefusedWhereTheGroupDoesNotAllowIt() throws Exception {
        agent.simulated = true;

        refused(agent.evidenceJson(), Reason.SIMULATED);
    }

    @Test
    void simulatedEvidenceKeepsNobodyAdmitted() throws Exception {
        agent.simulated = true;
        for (int i = 0; i < 5; i++) {
            at.clock.advance(Duration.ofSeconds(30));
            assertThatThrownBy(agent::attest).isInstanceOf(NotAuthenticException.class);
        }

        assertThat(at.verifier.fleet().host("web-1").admit()).isFalse();
    }

    @Test
    void evidenceMeasuredByAnotherChannelsBaselineIsRefused() throws Exception {
        agent.baseline = at.publish("db", 1, Tree.GOLDEN.measured()).name().digest();

        refused(agent.evidenceJson(), Reason.FOREIGN_BASELINE);
    }

    @Test
    void evidenceOverTheLimitIsMalformed() throws Exception {
        malformed(Bytes.copyOf(new byte[2 << 20]));
    }

    @Test
    void evidenceThatIsNoJsonIsMalformed() throws Exception {
        malformed(Bytes.utf8("{\"payload\":"));
    }

    @Test
    void evidenceTooDeepIsMalformed() throws Exception {
        malformed(Bytes.utf8("[".repeat(5000)));
    }

    @Test
    void anEnvelopeWithAnUnknownFieldIsMalformed() throws Exception {
        String json = agent.evidenceJson().lossyText();

        malformed(Bytes.utf8(json.replaceFirst("\\{", "{\"admin\":true,")));
    }

    @Test
    void trailingBytesAreMalformed() throws Exception {
        malformed(agent.evidenceJson().plus(Bytes.utf8("{}")));
    }

    @Test
    void anotherMeasurementVersionIsOutdatedAndNeverDrift() throws Exception {
        agent.measurementVersion = MeasurementSet.MEASUREMENT_VERSION + 1;
        agent.tree = agent.tree.tampered();
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("outdated");
        assertThat(answer.admit()).isFalse();
    }

    @Test
    void aRetiredBaselineIsOutdated() throws Exception {
        at.verifier
                .baselines()
                .retire(Objects.requireNonNull(agent.baseline), Installation.OPERATOR);

        assertThat(agent.attest().state()).isEqualTo("outdated");
    }

    @Test
    void anExpiredBaselineIsOutdated() throws Exception {
        at.clock.advance(Duration.ofDays(91));
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("outdated");
        assertThat(answer.because()).contains("expired");
    }

    @Test
    void anExpiredTrustRootAdmitsNobody() throws Exception {
        at.clock.advance(Duration.ofDays(366));
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("outdated");
        assertThat(answer.because()).contains("trust root expired");
    }

    @Test
    void aCopiedKeyInTwoInterleavingBootsIsQuarantined() throws Exception {
        Agent copy = new Agent(at, "web-1");
        copy.key = agent.key;
        copy.baseline = agent.baseline;
        copy.attest();
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("quarantined");
        assertThat(answer.because()).contains("cloned");
        assertThat(copy.attest().admit()).isFalse();
    }

    @Test
    void aBootIdThatWasUsedBeforeIsNoNewBoot() throws Exception {
        BootId first = agent.boot;
        agent.reboot();
        agent.attest();
        agent.boot = first;
        agent.sequence = 100;

        assertThat(agent.attest().state()).isEqualTo("quarantined");
    }
}
