package dev.assay.verifier;

import dev.assay.baseline.Comparison;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.DriftCollector;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.EntrySource;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.ChallengeRequest;
import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.tree.Digest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An agent that measures a {@link Tree} and speaks to the services directly.
final class Agent {
    final Installation at;
    final String host;
    SigningKey key = SigningKey.generate(KeyType.ECDSA_P256);
    BootId boot = freshBoot();
    long sequence;
    @Nullable String platformId;
    @Nullable Digest baseline;
    Tree tree = Tree.GOLDEN;
    Tree golden = Tree.GOLDEN;
    boolean simulated;
    Freshness freshness = Freshness.FULL;
    @Nullable Observed observed;
    int measurementVersion = MeasurementSet.MEASUREMENT_VERSION;
    SortedMap<String, Bytes> values;
    UnaryOperator<DriftReport> reportedAs = report -> report;

    Agent(Installation at, String host) {
        this.at = at;
        this.host = host;
        this.values = new TreeMap<>(Map.of(Tree.HOSTNAME, Bytes.utf8(host)));
    }

    static BootId freshBoot() {
        return new BootId(UUID.randomUUID().toString());
    }

    Agent enrol() throws Exception {
        return enrol(at.token());
    }

    Agent enrol(String token) throws Exception {
        at.verifier.enrolment().enrol(enrolment(nonce(Purpose.ENROL)), token);
        return this;
    }

    Envelope enrolment(Bytes nonce) {
        EnrolmentRequest request =
                new EnrolmentRequest(
                        host,
                        platformId == null ? "i-" + host : platformId,
                        key.verificationKey(),
                        boot,
                        nonce,
                        "agent 0",
                        null,
                        null);
        return Envelope.sign(Protocol.ENROLMENT_TYPE, Json.write(request), key);
    }

    Bytes nonce(Purpose purpose) {
        return at.verifier.challenges().issue(new ChallengeRequest(host, boot, purpose)).nonce();
    }

    void reboot() {
        boot = freshBoot();
        sequence = 0;
    }

    EvidenceResponse attest() throws Exception {
        return at.verifier.intake().accept(evidenceJson());
    }

    Bytes evidenceJson() throws Exception {
        return seal(evidence(nonce(Purpose.EVIDENCE)));
    }

    Bytes seal(Evidence evidence) {
        Envelope envelope = Envelope.sign(Evidence.PAYLOAD_TYPE, Json.write(evidence), key);
        return Json.write(new Submission(envelope, null, null));
    }

    Evidence evidence(Bytes nonce) throws Exception {
        MeasurementSet measured = tree.measured();
        MeasurementSet.Roots roots = measured.roots();
        return new Evidence(
                host,
                boot,
                ++sequence,
                nonce,
                measurementVersion,
                new Evidence.Source("/", "/", "/proc", simulated),
                baseline,
                baseline == null
                        ? null
                        : new Evidence.Measured(
                                roots.total(),
                                roots.subtrees(),
                                Coverage.NONE,
                                0.5,
                                1024,
                                freshness),
                baseline == null ? null : report(measured),
                baseline == null ? new TreeMap<>() : values,
                observed,
                "agent 0");
    }

    private @Nullable DriftReport report(MeasurementSet measured) throws Exception {
        MeasurementSet expected = golden.measured();
        if (expected.roots().total().equals(measured.roots().total())) {
            return null;
        }
        DriftCollector drifts = new DriftCollector();
        Comparison.run(
                EntrySource.of(expected), EntrySource.of(measured), Installation.scope(), drifts);
        return reportedAs.apply(drifts.report(measured, Map.of()));
    }
}
