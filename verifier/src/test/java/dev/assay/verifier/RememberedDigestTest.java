package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Freshness.Pass;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Observed.Touched;
import dev.assay.evidence.Observed.Watch;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.signing.Envelope;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Watching;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Evidence that says how much of it is remembered, and what was seen happening.
final class RememberedDigestTest {
    private static final long BOUND = GroupSettings.DEFAULT_DIGEST_AGE_SECONDS;

    @TempDir private Path folder;
    private Installation at;
    private Agent agent;

    @BeforeEach
    void anAdmittedHost() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.ENFORCE));
        agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        assertThat(agent.attest().admit()).isTrue();
    }

    @AfterEach
    void close() {
        at.close();
    }

    private HostView view() throws Exception {
        return at.verifier.fleet().host("web-1");
    }

    private EvidenceResponse attest(long ageSeconds) throws Exception {
        agent.freshness = new Freshness(Pass.INCREMENTAL, ageSeconds);
        return agent.attest();
    }

    private void bound(long seconds) throws Exception {
        at.verifier
                .groups()
                .change(
                        Installation.settings(Mode.ENFORCE)
                                .with(Map.of("maxDigestAgeSeconds", seconds)),
                        Installation.OPERATOR);
    }

    @Test
    void digestsOfTheGroupsBoundAreBelieved() throws Exception {
        assertThat(attest(BOUND).admit()).isTrue();
        assertThat(view().freshness()).isEqualTo(new Freshness(Pass.INCREMENTAL, BOUND));
    }

    @Test
    void aGoldenRootThatReliesOnOlderDigestsAdmitsNobody() throws Exception {
        EvidenceResponse answer = attest(BOUND + 3600);

        assertThat(answer.admit()).isFalse();
        assertThat(answer.because()).isEqualTo("unknown: relies on digests 26 h old");
        assertThat(view().state()).isEqualTo(HostState.UNKNOWN);
        assertThat(view().why()).isEqualTo(HostState.Why.HOST_FAULT);
        assertThat(at.verifier.fleet().drift("web-1").drifts()).isEmpty();
    }

    @Test
    void aHostThatReadsAllOfItselfAgainIsAdmittedAgain() throws Exception {
        attest(BOUND + 1);
        agent.freshness = Freshness.FULL;

        assertThat(agent.attest().admit()).isTrue();
    }

    @Test
    void aGroupMayBelieveDigestsOfAnyAgeOrOnlyOfMinutes() throws Exception {
        bound(0);
        assertThat(attest(Freshness.MAX_SECONDS).admit()).isTrue();
        bound(60);
        assertThat(attest(60).admit()).isTrue();
        assertThat(attest(61).because()).isEqualTo("unknown: relies on digests 1 min old");
    }

    @Test
    void driftIsDriftHoweverOldTheDigestsBesideIt() throws Exception {
        agent.tree = Tree.GOLDEN.tampered();
        attest(BOUND + 1);

        assertThat(view().state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aHostThatNeverReadsItselfAgainTakesTheResetPath() throws Exception {
        for (int i = 0; i < 21; i++) {
            attest(BOUND + 3600 + 30L * i);
            at.clock.advance(Duration.ofSeconds(30));
            at.verifier.ticker().tick();
        }

        assertThat(view().state()).isEqualTo(HostState.RESET_PENDING);
    }

    @Test
    void aRepeatThatRemembersMoreIsSeenAndWritesNothing() throws Exception {
        long newest = at.verifier.feed().newest();
        agent.observed = new Observed(Watch.INOTIFY, 4, List.of());
        attest(100);

        assertThat(view().freshness()).isEqualTo(new Freshness(Pass.INCREMENTAL, 100));
        assertThat(view().watching()).isEqualTo(new Watching(Watch.INOTIFY, 4));
        assertThat(at.verifier.feed().newest()).isEqualTo(newest);
    }

    @Test
    void aTouchedPathIsAnEventAndNoVerdict() throws Exception {
        agent.observed =
                new Observed(
                        Watch.FANOTIFY,
                        0,
                        List.of(
                                new Touched(
                                        NodePath.of("fs/usr/bin/ls"),
                                        at.clock.instant(),
                                        new Observed.Culprit(77, "/usr/bin/vi", 1000L, null))));

        assertThat(agent.attest().admit()).isTrue();
        List<Event> told =
                at.verifier.feed().after(0, 100).stream()
                        .filter(event -> event.type() == EventType.TOUCHED)
                        .toList();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().details())
                .containsEntry("basis", "unattested")
                .containsEntry("path", "fs/usr/bin/ls")
                .containsEntry("pid", "77")
                .containsEntry(
                        "because",
                        "fs/usr/bin/ls was written and is as it was, says the host; by"
                                + " /usr/bin/vi (pid 77, login 1000)");
    }

    @Test
    void aFullPassThatReliesOnOlderDigestsIsMalformed() throws Exception {
        attest(5);
        malformed("\"pass\":\"incremental\"", "\"pass\":\"full\"");
    }

    @Test
    void aWatchThatNobodyKnowsIsMalformed() throws Exception {
        agent.observed = new Observed(Watch.POLLING, 0, List.of());
        malformed("\"watch\":\"polling\"", "\"watch\":\"divination\"");
    }

    @Test
    void evidenceThatDoesNotSayHowFreshItIsIsMalformed() throws Exception {
        malformed(",\"freshness\":{\"pass\":\"full\",\"oldestDigestSeconds\":0}", "");
    }

    private void malformed(String good, String bad) throws Exception {
        HostView before = view();
        Evidence evidence = agent.evidence(agent.nonce(Purpose.EVIDENCE));
        String json = Json.write(evidence).lossyText();
        assertThat(json).contains(good);
        Envelope signed =
                Envelope.sign(
                        Evidence.PAYLOAD_TYPE, Bytes.utf8(json.replace(good, bad)), agent.key);

        assertThatThrownBy(
                        () ->
                                at.verifier
                                        .intake()
                                        .accept(Json.write(new Submission(signed, null, null))))
                .isInstanceOf(MalformedInputException.class);
        assertThat(view()).isEqualTo(before);
    }
}
