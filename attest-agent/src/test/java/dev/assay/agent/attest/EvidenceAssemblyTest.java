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
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Evidence;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRole;
import dev.assay.signing.Verified;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
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
                new HostMeasurement(host.set(), host.set().roots(), coverage, values, 0.1, 100);
        return new Finding(verified, measurement, false);
    }

    private Evidence assembled(@Nullable Finding finding, @Nullable DriftReport report)
            throws Exception {
        Envelope envelope =
                assembly.assemble(
                        host.boot(), 1, Bytes.utf8("nonce"), host.source(), finding, report);
        assertThat(envelope.verify(Evidence.PAYLOAD_TYPE, Set.of(key.verificationKey()), 1))
                .isNotNull();
        return parse(envelope);
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
