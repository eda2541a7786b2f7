package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Reset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A host that is golden by what was golden yesterday: not admitted, and never reset for it.
final class OutdatedTest {
    private static final Tree NEXT = Tree.GOLDEN.with("fs/usr/bin/ls", Tree.file("ls 2"));

    @TempDir private Path folder;
    private Installation at;
    private Digest first;

    @BeforeEach
    void open() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.ENFORCE));
        first = at.publishGolden(1);
    }

    @AfterEach
    void close() {
        at.close();
    }

    private Agent golden() throws Exception {
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = first;
        assertThat(agent.attest().admit()).isTrue();
        return agent;
    }

    private HostView view() throws Exception {
        return at.verifier.fleet().host("web-1");
    }

    private Digest publishNext() throws Exception {
        return at.publish(Installation.CHANNEL, 2, NEXT.measured()).name().digest();
    }

    private void retireFirst() throws Exception {
        at.verifier.baselines().retire(first, Installation.OPERATOR);
    }

    /// Attests and ticks every thirty seconds.
    private void live(Agent agent, Duration time) throws Exception {
        for (long left = time.toSeconds(); left > 0; left -= 30) {
            at.clock.advance(Duration.ofSeconds(30));
            agent.attest();
            at.verifier.ticker().tick();
        }
    }

    @Test
    void aHostUnderARetiredBaselineIsOutdatedAndNeverReset() throws Exception {
        Agent agent = golden();
        publishNext();
        retireFirst();
        live(agent, Duration.ofHours(2));

        assertThat(view().state()).isEqualTo(HostState.OUTDATED);
        assertThat(view().admit()).isFalse();
        assertThat(view().reset()).isNull();
    }

    @Test
    void aHostUnderAnExpiredBaselineIsOutdatedAndNeverReset() throws Exception {
        MeasurementSet next = NEXT.measured();
        Instant expires = at.clock.instant().plus(Duration.ofMinutes(10));
        var reference = at.baseline(Installation.CHANNEL, 2, next).manifest();
        var brief =
                Installation.baseline(
                        Installation.CHANNEL,
                        2,
                        next,
                        reference,
                        at.clock.instant().minusSeconds(60),
                        expires);
        at.publish(at.goldenFile(brief, next, at.baselineKey));
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.verifier.baselines().list().getFirst().name().digest();
        agent.tree = NEXT;
        agent.golden = NEXT;
        assertThat(agent.attest().admit()).isTrue();
        live(agent, Duration.ofHours(1));

        assertThat(view().state()).isEqualTo(HostState.OUTDATED);
        assertThat(view().because()).contains("expired");
        assertThat(view().reset()).isNull();
    }

    @Test
    void anOutdatedImageThatIsMeasuredByTheNextBaselineIsOutdatedNotDrifted() throws Exception {
        Agent agent = golden();
        agent.baseline = publishNext();
        agent.golden = NEXT;
        retireFirst();
        live(agent, Duration.ofHours(1));

        assertThat(view().state()).isEqualTo(HostState.OUTDATED);
        assertThat(view().reset()).isNull();
    }

    private Agent ordered() throws Exception {
        Agent agent = golden();
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        live(agent, Duration.ofSeconds(60));
        assertThat(view().state()).isEqualTo(HostState.RESETTING);
        return agent;
    }

    @Test
    void aHostThatComesBackOutdatedIsNeitherEscalatedNorAdmitted() throws Exception {
        Agent agent = ordered();
        Digest next = publishNext();
        retireFirst();
        agent.reboot();
        agent.tree = Tree.GOLDEN;
        live(agent, Duration.ofHours(2));

        assertThat(view().admit()).isFalse();
        assertThat(view().quarantine()).isNull();
        Reset over = Objects.requireNonNull(view().reset());
        assertThat(over.status()).as("its slot is free").isEqualTo(Reset.Status.FAILED);
        assertThat(over.note()).contains("outdated");
        assertThat(over.attempts()).hasSize(1);

        agent.baseline = next;
        agent.tree = NEXT;
        agent.golden = NEXT;
        assertThat(agent.attest().admit()).isTrue();
        assertThat(view().lastProof()).isNotNull();
    }

    @Test
    void aHostThatSaysOutdatedInTheBootThatHasToGoIsEscalated() throws Exception {
        Agent agent = ordered();
        publishNext();
        retireFirst();
        agent.tree = Tree.GOLDEN;
        live(agent, Duration.ofMinutes(12));

        assertThat(view().state()).isEqualTo(HostState.QUARANTINED);
    }

    @Test
    void aHostThatComesBackMeasuringByNothingIsEscalatedAfterTheFaultsDeadline() throws Exception {
        Agent agent = ordered();
        agent.reboot();
        agent.baseline = null;
        live(agent, Duration.ofMinutes(30));

        assertThat(view().state()).isEqualTo(HostState.QUARANTINED);
    }

    @Test
    void aHostThatComesBackOutdatedAndDriftsHasFailedItsReset() throws Exception {
        Agent agent = ordered();
        publishNext();
        retireFirst();
        agent.reboot();
        agent.tree = Tree.GOLDEN;
        agent.attest();
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();

        assertThat(Objects.requireNonNull(view().reset()).status()).isEqualTo(Reset.Status.FAILED);
        assertThat(view().state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void anOutdatedHostIsStillHeldToWhatItShowedInItsBoot() throws Exception {
        Agent agent = golden();
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        publishNext();
        retireFirst();
        agent.tree = Tree.GOLDEN;
        agent.attest();

        assertThat(view().state()).isEqualTo(HostState.DRIFTED);
    }
}
