package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.reset.Rungs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was answered is there after the verifier died: a second one is opened over the same folder
/// while the first, which never wrote anything more, is still there.
final class DurabilityTest {
    @TempDir private Path folder;
    private Installation at;
    private Agent agent;

    @BeforeEach
    void anAdmittedHost() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.ENFORCE));
        agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.attest();
    }

    @AfterEach
    void close() {
        at.close();
    }

    private HostView afterCrash() throws Exception {
        try (Verifier second =
                Verifier.openWithoutTicker(
                        at.data, "test 0", at.clock, Observer.NONE, Rungs.NONE)) {
            return second.fleet().host("web-1");
        }
    }

    @Test
    void aDriftThatWasAnsweredSurvivesTheCrash() throws Exception {
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        HostView view = afterCrash();

        assertThat(view).isEqualTo(at.verifier.fleet().host("web-1"));
        assertThat(view.state()).isEqualTo(HostState.DRIFTED);
        assertThat(view.sequence()).isEqualTo(2);
    }

    @Test
    void theDriftListSurvivesTheCrash() throws Exception {
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        try (Verifier second =
                Verifier.openWithoutTicker(
                        at.data, "test 0", at.clock, Observer.NONE, Rungs.NONE)) {
            assertThat(second.fleet().drift("web-1")).isEqualTo(at.verifier.fleet().drift("web-1"));
        }
    }

    @Test
    void aResetUnderWaySurvivesTheCrash() throws Exception {
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        at.verifier.ticker().tick();
        at.clock.advance(Duration.ofSeconds(30));
        at.verifier.ticker().tick();
        HostView view = afterCrash();

        assertThat(view.state()).isEqualTo(HostState.RESETTING);
        assertThat(view.reset()).isEqualTo(at.verifier.fleet().host("web-1").reset());
    }

    @Test
    void aQuarantineSurvivesTheCrash() throws Exception {
        agent.reboot();
        agent.attest();
        Agent clone = new Agent(at, "web-1");
        clone.key = agent.key;
        clone.baseline = agent.baseline;
        clone.attest();
        agent.attest();

        assertThat(afterCrash().state()).isEqualTo(HostState.QUARANTINED);
    }

    @Test
    void livenessIsWrittenInBatchesAndAtTheEnd() throws Exception {
        at.clock.advance(Duration.ofSeconds(10));
        agent.attest();
        assertThat(afterCrash().sequence()).isEqualTo(1);
        at.verifier.ticker().tick();

        assertThat(afterCrash().sequence()).isEqualTo(2);
        at.clock.advance(Duration.ofSeconds(10));
        agent.attest();
        at.restart();
        assertThat(at.verifier.fleet().host("web-1").sequence()).isEqualTo(3);
    }

    @Test
    void aReplayAcrossARestartIsRefused() throws Exception {
        Bytes evidence = agent.evidenceJson();
        at.verifier.intake().accept(evidence);
        at.restart();

        assertThatThrownBy(() -> at.verifier.intake().accept(evidence))
                .isInstanceOf(NotAuthenticException.class);
    }

    @Test
    void aNonceOfBeforeTheRestartIsGoodAfterIt() throws Exception {
        Bytes evidence = agent.evidenceJson();
        at.restart();

        assertThat(at.verifier.intake().accept(evidence).admit()).isTrue();
    }

    @Test
    void theFeedGoesOnWhereItWas() throws Exception {
        List<Event> before = at.verifier.feed().after(0, 100);
        at.restart();
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        List<Event> after = at.verifier.feed().after(0, 100);

        assertThat(after).startsWith(before.toArray(Event[]::new));
        assertThat(after).extracting(Event::cursor).doesNotHaveDuplicates().isSorted();
        assertThat(at.verifier.feed().newest()).isEqualTo(after.getLast().cursor());
    }

    @Test
    void aReaderThatWaitsIsWokenByTheNextEvent() throws Exception {
        long newest = at.verifier.feed().newest();
        CompletableFuture<List<Event>> waiting =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return at.verifier.feed().await(newest, 10, Duration.ofSeconds(30));
                            } catch (InterruptedException | RefusedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();

        assertThat(waiting.get(20, TimeUnit.SECONDS)).isNotEmpty();
    }

    @Test
    void aReaderForWhomNothingComesGetsNothing() throws Exception {
        long newest = at.verifier.feed().newest();

        assertThat(at.verifier.feed().await(newest, 10, Duration.ofMillis(20))).isEmpty();
    }
}
