package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FalseAccusationTest {
    @TempDir private Path folder;
    private Installation at;

    @BeforeEach
    void open() throws Exception {
        at = new Installation(folder);
    }

    @AfterEach
    void close() {
        at.close();
    }

    private Agent golden(Mode mode) throws Exception {
        at.createGroup(Installation.settings(mode));
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.attest();
        return agent;
    }

    private void tickAfter(Duration time) {
        at.clock.advance(time);
        at.verifier.ticker().tick();
    }

    private HostView view() throws Exception {
        return at.verifier.fleet().host("web-1");
    }

    @Test
    void aHostThatRebootedWhileTheVerifierWasDownIsHeardBeforeItIsQuarantined() throws Exception {
        Agent agent = golden(Mode.ENFORCE);
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        tickAfter(Duration.ZERO);
        tickAfter(Duration.ofSeconds(31));
        assertThat(view().state()).isEqualTo(HostState.RESETTING);

        at.clock.advance(Duration.ofHours(1));
        at.restart();
        tickAfter(Duration.ofSeconds(1));
        agent.reboot();
        agent.tree = Tree.GOLDEN;

        assertThat(agent.attest().admit()).isTrue();
    }

    @Test
    void aHostThatDoesNotComeBackAfterTheVerifiersOutageIsQuarantinedStill() throws Exception {
        Agent agent = golden(Mode.ENFORCE);
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        tickAfter(Duration.ZERO);
        tickAfter(Duration.ofSeconds(31));

        at.clock.advance(Duration.ofHours(1));
        at.restart();
        for (int i = 0; i < 5; i++) {
            tickAfter(Duration.ofSeconds(30));
        }

        assertThat(view().state()).isEqualTo(HostState.QUARANTINED);
    }

    @Test
    void aFaultThatTheVerifierDidNotWatchLastsNotPastItsDeadline() throws Exception {
        Agent agent = golden(Mode.ENFORCE);
        agent.tree = Tree.GOLDEN.unreadable("fs/etc/passwd");
        agent.attest();

        at.clock.advance(Duration.ofHours(1));
        at.restart();
        tickAfter(Duration.ofSeconds(1));
        agent.tree = Tree.GOLDEN;

        assertThat(agent.attest().admit()).isTrue();
    }

    @Test
    void aHostOnARetiredImageThatMeasuresByTheNewBaselineIsOutdated() throws Exception {
        Agent agent = golden(Mode.ENFORCE);
        Digest retired = Objects.requireNonNull(agent.baseline);
        Tree next = Tree.GOLDEN.with("fs/usr/bin/ls", Tree.file("ls 2"));
        agent.baseline = at.publish(Installation.CHANNEL, 2, next.measured()).name().digest();
        agent.golden = next;
        at.verifier.baselines().retire(retired, Installation.OPERATOR);

        assertThat(agent.attest().state()).isEqualTo("outdated");
        assertThat(view().because()).contains("web #1 is retired");
    }

    @Test
    void driftOnTopOfARetiredImageIsDrift() throws Exception {
        Agent agent = golden(Mode.ENFORCE);
        Digest retired = Objects.requireNonNull(agent.baseline);
        Tree next = Tree.GOLDEN.with("fs/usr/bin/ls", Tree.file("ls 2"));
        agent.baseline = at.publish(Installation.CHANNEL, 2, next.measured()).name().digest();
        agent.golden = next;
        agent.tree = Tree.GOLDEN.tampered();
        at.verifier.baselines().retire(retired, Installation.OPERATOR);

        assertThat(agent.attest().state()).isEqualTo("drifted");
    }

    @Test
    void thePlatformIdOfAnotherHostIsRefused() throws Exception {
        golden(Mode.OBSERVE);
        Agent impostor = new Agent(at, "web-2");
        impostor.platformId = "i-web-1";

        assertThatThrownBy(impostor::enrol)
                .isInstanceOfSatisfying(
                        NotAuthenticException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.PLATFORM_ID_TAKEN));
    }

    @Test
    void aPlatformIdThatACommandWouldTakeForSeveralIsMalformed() throws Exception {
        golden(Mode.OBSERVE);
        Agent agent = new Agent(at, "web-2");
        for (String several : new String[] {"i-1 i-2", "-a", "i-*", "i-1\n", "i\0"}) {
            agent.platformId = several;

            assertThatThrownBy(agent::enrol).isInstanceOf(MalformedInputException.class);
        }
    }

    @Test
    void aVerdictOfTheFutureAdmitsNobodyAfterTheClockWentBack() throws Exception {
        golden(Mode.OBSERVE);
        at.clock.advance(Duration.ofHours(-1));

        assertThat(view().state()).isEqualTo(HostState.UNKNOWN);
        assertThat(view().because()).contains("clock");
    }

    @Test
    void theApprovalOfAResetIsNoneOfAReplacement() throws Exception {
        Agent agent = golden(Mode.APPROVE);
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        tickAfter(Duration.ofSeconds(1));
        at.verifier.resets().approve("web-1", Installation.OPERATOR);
        agent.tree = Tree.GOLDEN.with("fs/firmware/blob", Tree.file("evil"));
        agent.attest();
        tickAfter(Duration.ofSeconds(1));

        Reset reset = Objects.requireNonNull(view().reset());
        assertThat(reset.remedy()).isEqualTo(Reset.Remedy.REPLACEMENT);
        assertThat(reset.status()).isEqualTo(Reset.Status.WAITING);
        at.verifier.resets().approve("web-1", Installation.OPERATOR);
        tickAfter(Duration.ofSeconds(1));
        assertThat(view().state()).isEqualTo(HostState.RESET_PENDING);
    }
}
