package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.HostDrift;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A drift report is held against the root: it can be neither trimmed nor padded, and whatever is
/// wrong with it, the host is not admitted.
final class DriftReportTest {
    @TempDir private Path folder;
    private Installation at;
    private Agent agent;

    @BeforeEach
    void aTamperedHost() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.OBSERVE));
        agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.attest();
        agent.tree = Tree.GOLDEN.tampered();
    }

    @AfterEach
    void close() {
        at.close();
    }

    private HostDrift drift() throws Exception {
        return at.verifier.fleet().drift("web-1");
    }

    private void unexplained() throws Exception {
        EvidenceResponse answer = agent.attest();
        assertThat(answer.state()).isEqualTo("drifted");
        assertThat(answer.because()).contains("unexplained");
        assertThat(answer.admit()).isFalse();
        assertThat(drift().drifts()).isEmpty();
    }

    @Test
    void aHonestReportListsEveryChangeSorted() throws Exception {
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("drifted");
        assertThat(answer.because()).contains("3 changes");
        assertThat(answer.wantReport()).isFalse();
        assertThat(drift().drifts())
                .extracting(drift -> drift.change() + " " + drift.path())
                .containsExactly(
                        "ADDED fs/usr/bin/.x",
                        "CHANGED fs/usr/bin/ssh",
                        "CHANGED kernel/sysctl/kernel.kptr_restrict");
        assertThat(drift().drifts().get(1).attributes())
                .extracting(Drift.AttributeChange::name)
                .containsExactly("content");
    }

    @Test
    void aReportThatLeavesOneChangeOutIsUnexplained() throws Exception {
        agent.reportedAs =
                report ->
                        new DriftReport(
                                report.items().subList(1, report.items().size()),
                                List.of(),
                                report.total() - 1);
        unexplained();
    }

    @Test
    void aReportPaddedWithAChangeThatIsNoneIsUnexplained() throws Exception {
        agent.reportedAs =
                report -> {
                    List<DriftReport.Item> items = new ArrayList<>(report.items());
                    items.add(
                            0,
                            new DriftReport.Item(
                                    NodePath.of("fs/etc/shadow"),
                                    Map.of("kind", "file", "mode", "0644"),
                                    null));
                    return new DriftReport(items, List.of(), items.size());
                };
        unexplained();
    }

    @Test
    void aReportThatClaimsAGoldenLeafIsUnexplained() throws Exception {
        agent.reportedAs =
                report ->
                        new DriftReport(
                                List.of(
                                        new DriftReport.Item(
                                                NodePath.of("fs/not/there"), null, null)),
                                List.of(),
                                1);
        unexplained();
    }

    @Test
    void aReportWithALeafThatIsNoneIsUnexplained() throws Exception {
        agent.reportedAs =
                report ->
                        new DriftReport(
                                List.of(
                                        new DriftReport.Item(
                                                NodePath.of("fs/usr/bin/ssh"),
                                                Map.of("kind", "no-such-kind"),
                                                null)),
                                List.of(),
                                1);
        unexplained();
    }

    @Test
    void aRootThatNothingExplainsIsDriftedAndAskedFor() throws Exception {
        agent.golden = agent.tree;
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("drifted");
        assertThat(answer.wantReport()).isTrue();
    }

    @Test
    void theReportThatWasAskedForExplainsTheDriftOfTheSameBoot() throws Exception {
        agent.golden = agent.tree;
        agent.attest();
        agent.golden = Tree.GOLDEN;
        EvidenceResponse answer = agent.attest();

        assertThat(answer.because()).contains("3 changes");
        assertThat(drift().drifts()).hasSize(3);
    }

    @Test
    void moreChangesThanAReportHoldsAreSubtreesThatExplainTheRoot() throws Exception {
        Tree tree = Tree.GOLDEN;
        for (int i = 0; i < DriftReport.MAX_ITEMS + 1; i++) {
            tree = tree.with("fs/opt/d" + i % 7 + "/f" + i, Tree.file("f" + i));
        }
        agent.tree = tree;
        EvidenceResponse answer = agent.attest();

        assertThat(answer.because()).contains("2001 changes");
        assertThat(drift().drifts()).isEmpty();
        assertThat(drift().subtrees()).isNotEmpty();
    }

    @Test
    void onlyUnreadablePathsAreAHostFault() throws Exception {
        agent.tree = Tree.GOLDEN.unreadable("fs/etc/passwd");
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("unknown");
        assertThat(answer.admit()).isFalse();
        assertThat(drift().drifts()).hasSize(1);
    }

    @Test
    void anUnreadablePathBesideAChangeIsDrift() throws Exception {
        agent.tree = agent.tree.unreadable("fs/etc/passwd");

        assertThat(agent.attest().state()).isEqualTo("drifted");
    }

    @Test
    void driftThatSurvivesARebootIsSaid() throws Exception {
        agent.tree = Tree.GOLDEN.with("fs/firmware/blob", Tree.file("evil"));
        agent.attest();

        assertThat(Objects.requireNonNull(drift().summary()).survivesReset()).isTrue();
    }

    @Test
    void aValueThatDoesNotEqualTheEnrolledFactIsDriftUnderAGoldenRoot() throws Exception {
        agent.tree = Tree.GOLDEN;
        agent.values.put("kernel/sysctl/kernel.hostname", Bytes.utf8("web-2"));
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("drifted");
        assertThat(drift().drifts())
                .extracting(drift -> drift.path().toString())
                .containsExactly("kernel/sysctl/kernel.hostname");
    }

    @Test
    void aValueThatEqualsTheEnrolledFactIsGolden() throws Exception {
        agent.tree = Tree.GOLDEN;
        agent.values.put("kernel/sysctl/kernel.hostname", Bytes.utf8("web-1"));

        assertThat(agent.attest().admit()).isTrue();
    }

    @Test
    void aValueOfAFactThatIsLeftOutIsDriftUnderAGoldenRoot() throws Exception {
        agent.tree = Tree.GOLDEN;
        agent.values.clear();
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("drifted");
        assertThat(drift().drifts())
                .extracting(drift -> drift.change() + " " + drift.path())
                .containsExactly("REMOVED " + Tree.HOSTNAME);
    }

    @Test
    void aValueOfAFactThatIsHiddenBehindOthersIsDrift() throws Exception {
        agent.tree = Tree.GOLDEN;
        agent.values.clear();
        for (int i = 0; i < Evidence.MAX_VALUES; i++) {
            agent.values.put("fs/" + i, Bytes.utf8("x"));
        }

        assertThat(agent.attest().state()).isEqualTo("drifted");
    }

    @Test
    void aDamagedManifestIsTheVerifiersFaultAndAccusesNobody() throws Exception {
        try (var files = Files.newDirectoryStream(at.data.manifests())) {
            for (Path manifest : files) {
                byte[] bytes = Files.readAllBytes(manifest);
                bytes[bytes.length / 2] ^= 1;
                Files.write(manifest, bytes);
            }
        }
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("unknown");
        assertThat(at.verifier.fleet().host("web-1").why()).isEqualTo(HostState.Why.VERIFIER_FAULT);
        assertThat(at.verifier.fleet().host("web-1").drift()).isNull();
    }

    @Test
    void theSameDriftOnTwoHostsIsOneIncident() throws Exception {
        agent.attest();
        Agent second = new Agent(at, "web-2").enrol();
        second.baseline = agent.baseline;
        second.attest();
        second.tree = agent.tree;
        second.attest();

        assertThat(at.verifier.incidents().list()).hasSize(1);
        assertThat(at.verifier.incidents().list().getFirst().hosts())
                .containsExactly("web-1", "web-2");
    }
}
