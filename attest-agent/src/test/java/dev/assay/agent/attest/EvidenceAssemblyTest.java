package dev.assay.agent.attest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.stub.TestBaseline;
import dev.assay.agent.stub.TestHost;
import dev.assay.agent.stub.TestTrust;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.DriftReport;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Observed.Culprit;
import dev.assay.evidence.Observed.Touched;
import dev.assay.evidence.Observed.Watch;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRole;
import dev.assay.signing.Verified;
import dev.assay.tree.NodePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EvidenceAssemblyTest {
    private final TestTrust trust = new TestTrust();
    private final TestHost host = new TestHost();
    private final SigningKey key = SigningKey.generate(KeyType.ECDSA_P256);
    private final EvidenceAssembly assembly = new EvidenceAssembly("web-1", key, "test");

    private Finding finding(Coverage coverage, SortedMap<String, Bytes> values) throws Exception {
        TestBaseline baseline = TestBaseline.of(host.set(), "web-nodes", 1, trust.baselineKey);
        Verified<Baseline> verified =
                trust.root(1)
                        .verify(baseline.envelope(), TrustRole.BASELINE, Baseline.PAYLOAD_TYPE)
                        .parse(Baseline::parseStatement);
        HostMeasurement measurement =
                new HostMeasurement(
                        host.set(),
                        host.set().roots(),
                        coverage,
                        0,
                        values,
                        0.1,
                        100,
                        new Freshness(Freshness.Pass.WATCHED, 86_000));
        return new Finding(verified, measurement, false);
    }

    private Evidence assembled(@Nullable Finding finding, @Nullable DriftReport report)
            throws Exception {
        return assembled(finding, report, null);
    }

    private Evidence assembled(
            @Nullable Finding finding, @Nullable DriftReport report, @Nullable Observed observed)
            throws Exception {
        Envelope envelope = envelope(finding, report, observed);
        assertThat(envelope.verify(Evidence.PAYLOAD_TYPE, Set.of(key.verificationKey()), 1))
                .isNotNull();
        return parse(envelope);
    }

    private Envelope envelope(
            @Nullable Finding finding, @Nullable DriftReport report, @Nullable Observed observed) {
        return assembly.assemble(
                host.boot(), 1, Bytes.utf8("nonce"), host.source(), finding, report, observed);
    }

    private static Observed touched(int paths, int pathBytes) {
        List<Touched> touched = new ArrayList<>();
        for (int i = 0; i < paths; i++) {
            String name = String.format("%03d", i);
            String path = "fs/" + name + "\u00e9".repeat((pathBytes - 6) / 2);
            touched.add(
                    new Touched(
                            NodePath.of(path),
                            Instant.EPOCH,
                            new Culprit(1, "/usr/bin/vi", null, null)));
        }
        return new Observed(Watch.FANOTIFY, 3, touched);
    }

    private static Evidence parse(Envelope envelope) throws MalformedInputException {
        return Evidence.parse(envelope.payload());
    }

    private static DriftReport report(int items, int ownerChars, int valueChars) {
        List<DriftReport.Item> all = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            all.add(
                    new DriftReport.Item(
                            NodePath.of(String.format("fs/%06d", i)),
                            Map.of("kind", "value", "value", "x".repeat(valueChars)),
                            "o".repeat(ownerChars)));
        }
        return new DriftReport(all, List.of(), items);
    }

    @Test
    void withoutABaselineNothingIsMeasuredAndThatIsSaid() throws Exception {
        Evidence evidence = assembled(null, null);
        assertThat(evidence.baseline()).isNull();
        assertThat(evidence.measured()).isNull();
    }

    @Test
    void whatFitsIsSentInFull() throws Exception {
        Evidence evidence = assembled(finding(Coverage.NONE, new TreeMap<>()), report(3, 9, 9));
        assertThat(requireNonNull(evidence.report()).items().getFirst().owner()).hasSize(9);
    }

    @Test
    void whatWasObservedIsSentWithTheReport() throws Exception {
        Evidence evidence =
                assembled(
                        finding(Coverage.NONE, new TreeMap<>()), report(3, 9, 9), touched(100, 60));
        assertThat(evidence.observed()).isEqualTo(touched(100, 60));
        assertThat(requireNonNull(evidence.measured()).freshness())
                .isEqualTo(new Freshness(Freshness.Pass.WATCHED, 86_000));
    }

    @Test
    void touchedPathsAreLeftOutBeforeOwnersAre() throws Exception {
        Evidence evidence =
                assembled(
                        finding(Coverage.NONE, new TreeMap<>()),
                        report(1300, 256, 300),
                        touched(100, Observed.MAX_PATH_BYTES));
        assertThat(requireNonNull(evidence.observed()).touched()).isEmpty();
        assertThat(evidence.observed().lost()).isEqualTo(3);
        assertThat(requireNonNull(evidence.report()).items())
                .hasSize(1300)
                .allSatisfy(item -> assertThat(item.owner()).hasSize(256));
    }

    @Test
    void withoutABaselineNothingIsTouched() throws Exception {
        Evidence evidence = assembled(null, null, touched(1, 60));
        assertThat(evidence.observed()).isEqualTo(new Observed(Watch.FANOTIFY, 3, List.of()));
    }

    /// More parts, classes and values than a host of the shipped scopes has.
    @Test
    void cleanEvidenceTravelsInFourKibibytes() throws Exception {
        Map<String, String> leaves = new TreeMap<>();
        for (String part :
                List.of("fs", "kernel", "listener", "mount", "package", "verity", "watch", "x")) {
            leaves.put(part + "/a", "1");
        }
        MeasurementSet set = TestHost.set(leaves);
        Map<MutabilityClass, Coverage.Count> counts = new EnumMap<>(MutabilityClass.class);
        for (MutabilityClass mutability : MutabilityClass.values()) {
            counts.put(mutability, new Coverage.Count(1_000_000, 1L << 40));
        }
        List<Coverage.NotMeasured> unforeseen =
                Collections.nCopies(
                        4,
                        new Coverage.NotMeasured(
                                "fs/var/lib/a-network-file-system", "another file system"));
        TreeMap<String, Bytes> values = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            values.put("kernel/sysctl/kernel.hostname-" + i, Bytes.utf8("n".repeat(64)));
        }
        Finding like = finding(Coverage.NONE, new TreeMap<>());
        Finding clean =
                new Finding(
                        like.baseline(),
                        new HostMeasurement(
                                set,
                                set.roots(),
                                new Coverage(counts, unforeseen),
                                0,
                                values,
                                123.456789,
                                1L << 40,
                                new Freshness(Freshness.Pass.INCREMENTAL, 90_000)),
                        true);
        Bytes wire = Json.write(envelope(clean, null, new Observed(Watch.FANOTIFY, 12, List.of())));
        assertThat(wire.length()).isLessThanOrEqualTo(4096);
    }

    @Test
    void ownersAreLeftOutBeforeDriftIs() throws Exception {
        Evidence evidence =
                assembled(finding(Coverage.NONE, new TreeMap<>()), report(2000, 256, 300));
        assertThat(requireNonNull(evidence.report()).items())
                .hasSize(2000)
                .allSatisfy(item -> assertThat(item.owner()).isNull());
    }

    @Test
    void evidenceThatCannotFitItsReportStillCarriesTheRoot() throws Exception {
        Evidence evidence =
                assembled(finding(Coverage.NONE, new TreeMap<>()), report(2000, 0, 1000));
        assertThat(evidence.report()).isNull();
        assertThat(requireNonNull(evidence.measured()).root())
                .isEqualTo(host.set().roots().total());
    }

    @Test
    void valuesBeyondTheLimitsAreLeftOut() throws Exception {
        TreeMap<String, Bytes> values = new TreeMap<>();
        values.put("a-long-one", Bytes.copyOf(new byte[Evidence.MAX_VALUE_BYTES + 1]));
        for (int i = 0; i < 2 * Evidence.MAX_VALUES; i++) {
            values.put("kernel/" + i, Bytes.utf8("x"));
        }
        Evidence evidence = assembled(finding(Coverage.NONE, values), null);
        assertThat(evidence.values()).hasSize(Evidence.MAX_VALUES).doesNotContainKey("a-long-one");
    }
}
