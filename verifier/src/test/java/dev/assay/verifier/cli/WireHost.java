package dev.assay.verifier.cli;

import dev.assay.baseline.Comparison;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.DriftCollector;
import dev.assay.baseline.EntrySource;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.Challenge;
import dev.assay.evidence.Protocol.ChallengeRequest;
import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.evidence.Protocol.ReferenceRequest;
import dev.assay.evidence.Protocol.ReferenceResponse;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.tree.Digest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A host that speaks the agent's protocol over TLS.
final class WireHost {
    private final Wire wire;
    private final String name;
    private final SigningKey key = SigningKey.generate(KeyType.ECDSA_P256);
    private BootId boot = new BootId(UUID.randomUUID().toString());
    private long sequence;
    Freshness freshness = Freshness.FULL;
    @Nullable Observed observed;

    WireHost(Wire wire, String name) {
        this.wire = wire;
        this.name = name;
    }

    BootId boot() {
        return boot;
    }

    void reboot() {
        boot = new BootId(UUID.randomUUID().toString());
        sequence = 0;
    }

    private Bytes nonce(Purpose purpose) throws Exception {
        HttpResponse<String> answer =
                wire.post(
                        Protocol.CHALLENGE, Json.write(new ChallengeRequest(name, boot, purpose)));
        return Wire.read(answer, Challenge.class).nonce();
    }

    HttpResponse<String> enrol(String token) throws Exception {
        EnrolmentRequest request =
                new EnrolmentRequest(
                        name,
                        null,
                        key.verificationKey(),
                        boot,
                        nonce(Purpose.ENROL),
                        "test",
                        null,
                        null);
        return wire.post(
                Protocol.ENROL,
                Json.write(Envelope.sign(Protocol.ENROLMENT_TYPE, Json.write(request), key)),
                token);
    }

    ReferenceResponse reference() throws Exception {
        ReferenceRequest request =
                new ReferenceRequest(name, boot, nonce(Purpose.REFERENCE), List.of());
        return Wire.read(
                wire.post(
                        Protocol.REFERENCE,
                        Json.write(
                                Envelope.sign(Protocol.REFERENCE_TYPE, Json.write(request), key))),
                ReferenceResponse.class);
    }

    EvidenceResponse attest(Digest baseline, MeasurementSet golden, MeasurementSet measured)
            throws Exception {
        return Wire.read(
                wire.post(Protocol.EVIDENCE, evidence(baseline, golden, measured)),
                EvidenceResponse.class);
    }

    Bytes evidence(Digest baseline, MeasurementSet golden, MeasurementSet measured)
            throws Exception {
        MeasurementSet.Roots roots = measured.roots();
        DriftCollector drifts = new DriftCollector();
        Comparison.run(EntrySource.of(golden), EntrySource.of(measured), GoldenFiles.SCOPE, drifts);
        Evidence evidence =
                new Evidence(
                        name,
                        boot,
                        ++sequence,
                        nonce(Purpose.EVIDENCE),
                        MeasurementSet.MEASUREMENT_VERSION,
                        new Evidence.Source("/", "/", "/proc", false),
                        baseline,
                        new Evidence.Measured(
                                roots.total(),
                                roots.subtrees(),
                                Coverage.NONE,
                                0.1,
                                100,
                                freshness),
                        roots.total().equals(golden.roots().total())
                                ? null
                                : drifts.report(measured, Map.of()),
                        new TreeMap<>(),
                        observed,
                        "test");
        Envelope envelope = Envelope.sign(Evidence.PAYLOAD_TYPE, Json.write(evidence), key);
        return Json.write(new Submission(envelope, null, null));
    }
}
