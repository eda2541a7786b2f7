package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.BaselineRecord;
import dev.assay.verifier.fleet.Baselines;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PublicationTest {
    @TempDir private Path folder;
    private Installation at;

    @BeforeEach
    void open() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.OBSERVE));
    }

    @AfterEach
    void close() {
        at.close();
    }

    private void refused(Bytes golden, Refusal refusal) {
        int before = at.verifier.baselines().list().size();
        assertThatThrownBy(() -> at.publish(golden))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
        assertThat(at.verifier.baselines().list()).hasSize(before);
    }

    private Bytes golden(long serial) throws Exception {
        var tree = Tree.GOLDEN.measured();
        return at.goldenFile(at.baseline(Installation.CHANNEL, serial, tree), tree, at.baselineKey);
    }

    private List<Event> publications() throws Exception {
        return at.verifier.feed().after(0, 100).stream()
                .filter(event -> event.type() == EventType.BASELINE_PUBLISHED)
                .toList();
    }

    @Test
    void anOlderValidlySignedBaselineIsRefused() throws Exception {
        Bytes older = golden(1);
        at.publish(golden(2));

        refused(older, Refusal.SERIAL_NOT_GROWING);
    }

    @Test
    void anotherBaselineUnderTheSameSerialIsRefused() throws Exception {
        at.publish(golden(2));
        at.clock.advance(Duration.ofSeconds(1));

        refused(golden(2), Refusal.SERIAL_NOT_GROWING);
    }

    @Test
    void theSameFileAgainIsDoneAlready() throws Exception {
        Bytes golden = golden(2);
        BaselineRecord first = at.publish(golden);
        at.clock.advance(Duration.ofSeconds(1));

        assertThat(at.publication(golden)).isEqualTo(new Baselines.Publication(first, false));
        assertThat(at.verifier.baselines().list()).containsExactly(first);
        assertThat(publications()).hasSize(1);
    }

    @Test
    void theSameFileAgainIsDoneAlreadyWhereANewerOneFollowed() throws Exception {
        Bytes golden = golden(1);
        BaselineRecord first = at.publish(golden);
        at.publish(golden(2));

        assertThat(at.publish(golden)).isEqualTo(first);
    }

    @Test
    void aRetiredBaselineDoesNotComeBackByPublishingItsFileAgain() throws Exception {
        Bytes golden = golden(1);
        at.verifier.baselines().retire(at.publish(golden).name().digest(), Installation.OPERATOR);

        refused(golden, Refusal.SERIAL_NOT_GROWING);
        assertThat(at.verifier.baselines().list())
                .allSatisfy(kept -> assertThat(kept.isActive()).isFalse());
    }

    @Test
    void aBaselineSignedByAnotherRoleIsRefused() throws Exception {
        var tree = Tree.GOLDEN.measured();

        refused(
                at.goldenFile(at.baseline(Installation.CHANNEL, 1, tree), tree, at.orderKey),
                Refusal.NOT_SIGNED);
    }

    @Test
    void aBaselineSignedByAStrangerIsRefused() throws Exception {
        var tree = Tree.GOLDEN.measured();
        SigningKey stranger = SigningKey.generate(KeyType.ED25519);

        refused(
                at.goldenFile(at.baseline(Installation.CHANNEL, 1, tree), tree, stranger),
                Refusal.NOT_SIGNED);
    }

    @Test
    void anExpiredBaselineIsRefused() throws Exception {
        Bytes golden = golden(1);
        at.clock.advance(Duration.ofDays(91));

        refused(golden, Refusal.BASELINE_EXPIRED);
    }

    @Test
    void nothingIsPublishedUnderAnExpiredTrustRoot() throws Exception {
        Bytes golden = golden(1);
        at.clock.advance(Duration.ofDays(366));

        refused(golden, Refusal.TRUST_ROOT_EXPIRED);
    }

    @Test
    void aManifestOfAnotherTreeIsMalformed() throws Exception {
        var tree = Tree.GOLDEN.measured();
        Baseline baseline = at.baseline(Installation.CHANNEL, 1, tree);

        assertThatThrownBy(
                        () ->
                                at.publish(
                                        at.goldenFile(
                                                baseline,
                                                Tree.GOLDEN.tampered().measured(),
                                                at.baselineKey)))
                .isInstanceOf(MalformedInputException.class);
    }

    @Test
    void aManifestWhoseRootIsNotTheBaselinesIsMalformed() throws Exception {
        var tree = Tree.GOLDEN.measured();
        var other = Tree.GOLDEN.tampered().measured();
        Baseline lying =
                Installation.baseline(
                        Installation.CHANNEL,
                        1,
                        tree,
                        at.baseline(Installation.CHANNEL, 1, other).manifest(),
                        at.clock.instant(),
                        at.clock.instant().plusSeconds(60));

        assertThatThrownBy(() -> at.publish(at.goldenFile(lying, other, at.baselineKey)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("root");
    }

    @Test
    void aFileCutShortIsMalformed() throws Exception {
        Bytes golden = golden(1);

        assertThatThrownBy(() -> at.publish(golden.slice(0, golden.length() - 1)))
                .isInstanceOf(MalformedInputException.class);
    }

    @Test
    void aHostThatGoesBackToAnOlderActiveBaselineIsRolledBack() throws Exception {
        Digest first = at.publish(golden(1)).name().digest();
        Digest second = at.publish(golden(2)).name().digest();
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = second;
        agent.attest();
        agent.baseline = first;
        EvidenceResponse answer = agent.attest();

        assertThat(answer.state()).isEqualTo("drifted");
        assertThat(answer.because()).contains("rolled back from #2 to #1");
    }

    @Test
    void anOpenRollbackWindowAllowsTheOlderBaseline() throws Exception {
        Digest first = at.publish(golden(1)).name().digest();
        Digest second = at.publish(golden(2)).name().digest();
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = second;
        agent.attest();
        at.verifier
                .baselines()
                .allowRollback(
                        Installation.CHANNEL,
                        1,
                        "bad release",
                        at.clock.instant().plusSeconds(600),
                        Installation.OPERATOR);
        agent.baseline = first;

        assertThat(agent.attest().admit()).isTrue();
    }

    @Test
    void retiringSaysHowManyHostsStillRunIt() throws Exception {
        Digest digest = at.publish(golden(1)).name().digest();
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = digest;
        agent.attest();

        assertThat(at.verifier.baselines().retire(digest, Installation.OPERATOR).hosts())
                .isEqualTo(1);
    }

    @Test
    void twoActiveBaselinesAreBothGoldenDuringARollout() throws Exception {
        Tree next = Tree.GOLDEN.with("fs/usr/bin/ls", Tree.file("ls 2"));
        Digest first = at.publish(golden(1)).name().digest();
        Digest second = at.publish(Installation.CHANNEL, 2, next.measured()).name().digest();
        Agent old = new Agent(at, "web-1").enrol();
        old.baseline = first;
        Agent young = new Agent(at, "web-2").enrol();
        young.baseline = second;
        young.tree = next;
        young.golden = next;

        assertThat(old.attest().admit()).isTrue();
        assertThat(young.attest().admit()).isTrue();
        assertThat(old.attest().active()).containsExactly(second, first);
    }

    @Test
    void whatARemovedKeySignedIsNoLongerActive() throws Exception {
        Digest digest = at.publish(golden(7)).name().digest();
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = digest;
        assertThat(agent.attest().admit()).isTrue();
        SigningKey next = SigningKey.generate(KeyType.ED25519);
        at.verifier
                .trustRoots()
                .advance(at.trustRoot(2, at.clock.instant().plus(Duration.ofDays(365)), next));

        assertThat(at.verifier.baselines().list()).isEmpty();
        EvidenceResponse answer = agent.attest();
        assertThat(answer.state()).isEqualTo("outdated");
        assertThat(answer.active()).isEmpty();
        var tree = Tree.GOLDEN.measured();
        refused(
                at.goldenFile(at.baseline(Installation.CHANNEL, 7, tree), tree, next),
                Refusal.SERIAL_NOT_GROWING);
        agent.baseline =
                at.publish(at.goldenFile(at.baseline(Installation.CHANNEL, 8, tree), tree, next))
                        .name()
                        .digest();
        assertThat(agent.attest().admit()).isTrue();
    }

    private List<Event> warnings() throws Exception {
        return at.verifier.feed().after(0, 100).stream()
                .filter(event -> event.type() == EventType.BASELINE_EXPIRES)
                .toList();
    }

    @Test
    void aBaselineThatExpiresWithinFourteenDaysIsToldOnce() throws Exception {
        at.publish(golden(1));
        at.clock.advance(Duration.ofDays(90 - 14).minusSeconds(1));
        at.verifier.ticker().tick();
        assertThat(warnings()).isEmpty();
        at.clock.advance(Duration.ofSeconds(2));
        at.verifier.ticker().tick();
        at.verifier.ticker().tick();
        at.restart();
        at.verifier.ticker().tick();

        assertThat(warnings()).hasSize(1);
        assertThat(warnings().getFirst().details())
                .containsEntry("channel", Installation.CHANNEL)
                .containsEntry("serial", "1");
    }

    @Test
    void aRetiredBaselineIsNotToldToExpire() throws Exception {
        Digest digest = at.publish(golden(1)).name().digest();
        at.verifier.baselines().retire(digest, Installation.OPERATOR);
        at.clock.advance(Duration.ofDays(80));
        at.verifier.ticker().tick();

        assertThat(warnings()).isEmpty();
    }

    @Test
    void theTimeLeftIsThatOfTheNewestActiveBaseline() throws Exception {
        at.publish(golden(1));
        at.clock.advance(Duration.ofDays(10));
        Digest second = at.publish(golden(2)).name().digest();

        assertThat(at.verifier.baselines().expiry())
                .containsExactly(Map.entry(Installation.CHANNEL, Duration.ofDays(90)));
        at.verifier.baselines().retire(second, Installation.OPERATOR);
        assertThat(at.verifier.baselines().expiry())
                .containsExactly(Map.entry(Installation.CHANNEL, Duration.ofDays(80)));
    }
}
