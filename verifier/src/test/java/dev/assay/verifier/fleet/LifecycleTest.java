package dev.assay.verifier.fleet;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static dev.assay.verifier.fleet.Given.SECOND;
import static dev.assay.verifier.fleet.Given.drifted;
import static dev.assay.verifier.fleet.Given.golden;
import static dev.assay.verifier.fleet.Given.undetermined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.evidence.BootId;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.refusal.NotAuthenticException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A test for each rule of the lifecycle.
final class LifecycleTest {
    private final GroupSettings group = Given.group(Mode.ENFORCE);
    private final Set<BootId> seen = new HashSet<>();
    private final List<EventType> events = new ArrayList<>();
    private Host host = Given.host();
    private Instant now = NOON;
    private long sequence;
    private Transition last = Transition.unchanged(host);

    private HostView attest(BootId boot, Appraisal appraisal) throws NotAuthenticException {
        return attest(boot, ++sequence, appraisal);
    }

    private HostView attest(BootId boot, long withSequence, Appraisal appraisal)
            throws NotAuthenticException {
        now = now.plusSeconds(60);
        last =
                Lifecycle.attested(
                        host,
                        group,
                        Given.attested(boot, seen.contains(boot), withSequence, appraisal),
                        now);
        seen.add(boot);
        host = last.host();
        last.events().forEach(event -> events.add(event.type()));
        return view();
    }

    private HostView view() {
        return Views.of(host, group, now);
    }

    private Reset reset(Reset.Status status) {
        Reset reset = Given.reset(host, now);
        return switch (status) {
            case WAITING -> reset.waiting("reset waits for approval");
            case PENDING -> reset.announced(now, now.plusSeconds(30), "");
            case ORDERED ->
                    reset.announced(now, now, "")
                            .ordered(Attempt.begun(Reset.AGENT, now, now.plusSeconds(600), ""));
            case SUCCEEDED, FAILED, WITHDRAWN -> reset.finished(status, now, "");
        };
    }

    @Test
    void aHostThatNeverAttestedIsUnknownAndNotAdmitted() {
        assertThat(view().state()).isEqualTo(HostState.UNKNOWN);
        assertThat(view().why()).isEqualTo(HostState.Why.SILENT);
        assertThat(view().admit()).isFalse();
    }

    @Test
    void goldenEvidenceAdmits() throws Exception {
        HostView view = attest(FIRST, golden());

        assertThat(view.state()).isEqualTo(HostState.GOLDEN);
        assertThat(view.admit()).isTrue();
        assertThat(view.because()).isEqualTo("golden: web #7");
        assertThat(events).containsExactly(EventType.GOLDEN);
        assertThat(last.newBoot()).isTrue();
    }

    @Test
    void aCleanRepeatChangesNothingButLiveness() throws Exception {
        attest(FIRST, golden());
        HostView view = attest(FIRST, golden());

        assertThat(last.durable()).isFalse();
        assertThat(last.events()).isEmpty();
        assertThat(view.expires()).isEqualTo(now.plusSeconds(120));
        assertThat(view.since()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void aVerdictExpiresAfterTwoIntervalsByItself() throws Exception {
        attest(FIRST, golden());
        now = now.plusSeconds(119);
        assertThat(view().admit()).isTrue();
        now = now.plusSeconds(1);

        assertThat(view().state()).isEqualTo(HostState.UNKNOWN);
        assertThat(view().why()).isEqualTo(HostState.Why.SILENT);
        assertThat(view().admit()).isFalse();
    }

    @Test
    void aVerdictLivesNoLongerThanFiveMinutesHoweverLongTheInterval() {
        GroupSettings slow =
                GroupSettings.of("nodes", "web").with(Map.of("intervalMillis", 3_600_000));

        assertThat(slow.resultExpiry(NOON)).isEqualTo(NOON.plus(Duration.ofMinutes(5)));
    }

    @Test
    void speakingAgainAfterSilenceIsWrittenDown() throws Exception {
        attest(FIRST, golden());
        now = now.plusSeconds(300);
        HostView view = attest(FIRST, golden());

        assertThat(view.admit()).isTrue();
        assertThat(last.durable()).isTrue();
        assertThat(events).containsExactly(EventType.GOLDEN, EventType.GOLDEN);
    }

    @Test
    void driftTakesAdmissionAndLatchesTheBoot() throws Exception {
        attest(FIRST, golden());
        HostView view = attest(FIRST, drifted("ssh"));

        assertThat(view.state()).isEqualTo(HostState.DRIFTED);
        assertThat(view.admit()).isFalse();
        assertThat(view.because())
                .isEqualTo("drifted: 3 changes since 12:02:00Z; no new boot proved");
        assertThat(host.latch()).isNotNull();
        assertThat(last.durable()).isTrue();
        assertThat(last.drift()).isNotNull();
    }

    @Test
    void aDriftedHostStaysDriftedWhenItsVerdictExpires() throws Exception {
        attest(FIRST, drifted("ssh"));
        now = now.plus(Duration.ofDays(2));

        assertThat(view().state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void filesRestoredInTheSameBootDoNotAdmit() throws Exception {
        attest(FIRST, golden());
        attest(FIRST, drifted("ssh"));
        HostView view = attest(FIRST, golden());

        assertThat(view.state()).isEqualTo(HostState.DRIFTED);
        assertThat(view.admit()).isFalse();
        assertThat(view.because()).contains("restored, but no new boot proved");
    }

    @Test
    void driftOfAnotherKindInTheSameBootIsToldAndKeepsItsTime() throws Exception {
        attest(FIRST, golden());
        HostView first = attest(FIRST, drifted("ssh"));
        HostView second = attest(FIRST, drifted("ssh and more"));

        assertThat(second.since()).isEqualTo(first.since());
        assertThat(events).endsWith(EventType.DRIFTED, EventType.DRIFTED);
    }

    @Test
    void theSameDriftAgainIsOnlyLiveness() throws Exception {
        attest(FIRST, drifted("ssh"));
        attest(FIRST, drifted("ssh"));

        assertThat(last.durable()).isFalse();
    }

    @Test
    void driftAfterGoldenInOneBootIsAnIntrusion() throws Exception {
        attest(FIRST, golden());
        HostView view = attest(FIRST, drifted("ssh"));

        assertThat(Objects.requireNonNull(view.drift()).firstMeasurement()).isFalse();
    }

    @Test
    void driftAtTheFirstMeasurementOfABootAccusesTheBaseline() throws Exception {
        HostView view = attest(FIRST, drifted("ssh"));

        assertThat(Objects.requireNonNull(view.drift()).firstMeasurement()).isTrue();
    }

    @Test
    void aNewGoldenBootClearsTheLatchAlsoWhereNobodyOrderedIt() throws Exception {
        attest(FIRST, golden());
        attest(FIRST, drifted("ssh"));
        HostView view = attest(SECOND, 1, golden());

        assertThat(view.state()).isEqualTo(HostState.GOLDEN);
        assertThat(host.history().latch()).isNull();
        assertThat(Objects.requireNonNull(view.lastProof()).kind()).isEqualTo(ProofKind.CLAIMED);
        assertThat(view.lastProof().before()).isEqualTo(FIRST);
        assertThat(events).contains(EventType.NEW_BOOT);
    }

    @Test
    void aNewBootThatIsFirstOutdatedProvesItselfWithItsFirstGoldenEvidence() throws Exception {
        attest(FIRST, drifted("ssh"));
        HostView outdated = attest(SECOND, 1, Appraisal.Outdated.blameless("retired"));
        HostView golden = attest(SECOND, 2, golden());

        assertThat(outdated.state()).isEqualTo(HostState.OUTDATED);
        assertThat(outdated.admit()).isFalse();
        assertThat(golden.state()).isEqualTo(HostState.GOLDEN);
        assertThat(golden.lastProof()).isNotNull();
    }

    @Test
    void aNewGoldenBootCompletesAnOrderedResetWithBothClocks() throws Exception {
        attest(FIRST, golden());
        attest(FIRST, drifted("ssh"));
        host = host.withReset(reset(Reset.Status.ORDERED));
        assertThat(view().state()).isEqualTo(HostState.RESETTING);
        HostView view = attest(SECOND, 1, golden());

        assertThat(view.state()).isEqualTo(HostState.GOLDEN);
        assertThat(Objects.requireNonNull(view.reset()).status()).isEqualTo(Reset.Status.SUCCEEDED);
        Event done =
                last.events().stream()
                        .filter(event -> event.type() == EventType.RESET_SUCCEEDED)
                        .findFirst()
                        .orElseThrow();
        assertThat(done.details())
                .containsEntry("unadmittedWithinMillis", "60000")
                .containsEntry("orderedWithinMillis", "120000")
                .containsEntry("orderedMillis", "60000")
                .containsEntry("goldenMillis", "60000");
    }

    @Test
    void aNewGoldenBootCompletesAnAnnouncedReset() throws Exception {
        attest(FIRST, drifted("ssh"));
        host = host.withReset(reset(Reset.Status.PENDING));
        assertThat(view().state()).isEqualTo(HostState.RESET_PENDING);
        attest(SECOND, 1, golden());

        assertThat(Objects.requireNonNull(host.reset()).status()).isEqualTo(Reset.Status.SUCCEEDED);
    }

    @Test
    void aNewGoldenBootWithdrawsAResetThatOnlyWaited() throws Exception {
        attest(FIRST, drifted("ssh"));
        host = host.withReset(reset(Reset.Status.WAITING));
        attest(SECOND, 1, golden());

        assertThat(Objects.requireNonNull(host.reset()).status()).isEqualTo(Reset.Status.WITHDRAWN);
    }

    @Test
    void goldenEvidenceOfTheSameBootDoesNotCompleteAReset() throws Exception {
        attest(FIRST, drifted("ssh"));
        host = host.withReset(reset(Reset.Status.ORDERED));
        HostView view = attest(FIRST, golden());

        assertThat(view.state()).isEqualTo(HostState.RESETTING);
        assertThat(view.admit()).isFalse();
    }

    @Test
    void driftOnTheFreshBootFailsTheReset() throws Exception {
        attest(FIRST, drifted("ssh"));
        host = host.withReset(reset(Reset.Status.ORDERED));
        HostView view = attest(SECOND, 1, drifted("ssh"));

        assertThat(view.state()).isEqualTo(HostState.DRIFTED);
        assertThat(Objects.requireNonNull(view.reset()).status()).isEqualTo(Reset.Status.FAILED);
        assertThat(events).contains(EventType.RESET_FAILED);
        assertThat(Objects.requireNonNull(host.latch()).boot()).isEqualTo(SECOND);
    }

    @Test
    void anUnorderedResetGoesForTheBootThatIsThereNow() throws Exception {
        attest(FIRST, drifted("ssh"));
        host = host.withReset(reset(Reset.Status.PENDING));
        attest(SECOND, 1, drifted("ssh"));

        assertThat(Objects.requireNonNull(host.openReset()).boot()).isEqualTo(SECOND);
    }

    @Test
    void onlyUndeterminedDriftsTakeAdmissionButDoNotLatch() throws Exception {
        attest(FIRST, golden());
        HostView fault = attest(FIRST, undetermined());
        assertThat(fault.state()).isEqualTo(HostState.UNKNOWN);
        assertThat(fault.why()).isEqualTo(HostState.Why.HOST_FAULT);
        assertThat(fault.admit()).isFalse();

        HostView after = attest(FIRST, golden());
        assertThat(after.admit()).isTrue();
    }

    @Test
    void threeFaultEpisodesWithinAnHourAreHeldAgainstTheHost() throws Exception {
        attest(FIRST, golden());
        for (int episode = 1; episode <= 3; episode++) {
            attest(FIRST, undetermined());
            attest(FIRST, undetermined());
            attest(FIRST, golden());
        }

        assertThat(view().state()).isEqualTo(HostState.DRIFTED);
        assertThat(Objects.requireNonNull(host.latch()).cause()).isEqualTo(Cause.FLAPPING);
    }

    @Test
    void faultEpisodesHoursApartAreNotFlapping() throws Exception {
        for (int episode = 1; episode <= 5; episode++) {
            attest(FIRST, undetermined());
            now = now.plus(Duration.ofMinutes(40));
            attest(FIRST, golden());
        }

        assertThat(view().state()).isEqualTo(HostState.GOLDEN);
    }

    @Test
    void aFaultOfADriftedHostDoesNotMakeItLess() throws Exception {
        attest(FIRST, drifted("ssh"));
        HostView view = attest(FIRST, undetermined());

        assertThat(view.state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void outdatedIsNeverDrift() throws Exception {
        attest(FIRST, golden());
        HostView view = attest(FIRST, Appraisal.Outdated.blameless("web #7 is retired"));

        assertThat(view.state()).isEqualTo(HostState.OUTDATED);
        assertThat(view.admit()).isFalse();
        assertThat(host.latch()).isNull();
    }

    @Test
    void theVerifiersOwnFaultAccusesNobody() throws Exception {
        attest(FIRST, golden());
        HostView view = attest(FIRST, new Appraisal.VerifierFault("the manifest is gone"));

        assertThat(view.state()).isEqualTo(HostState.UNKNOWN);
        assertThat(view.why()).isEqualTo(HostState.Why.VERIFIER_FAULT);
        assertThat(host.latch()).isNull();
        assertThat(host.faultSince()).isNull();
    }

    @Test
    void aSequenceThatTheBootHadIsAReplay() throws Exception {
        attest(FIRST, 5, golden());

        assertThatThrownBy(() -> attest(FIRST, 5, golden()))
                .isInstanceOf(NotAuthenticException.class)
                .hasMessageContaining("does not follow 5");
        assertThatThrownBy(() -> attest(FIRST, 4, golden()))
                .isInstanceOf(NotAuthenticException.class);
    }

    @Test
    void cleanEvidenceCannotFollowADriftedOneWithAnOlderSequence() throws Exception {
        attest(FIRST, 5, golden());
        attest(FIRST, 7, drifted("ssh"));

        assertThatThrownBy(() -> attest(FIRST, 6, golden()))
                .isInstanceOf(NotAuthenticException.class);
        assertThat(view().state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aBootThatWasSupersededAndSpeaksAgainIsACloneAndQuarantined() throws Exception {
        attest(FIRST, 1, golden());
        attest(SECOND, 1, golden());
        HostView view = attest(FIRST, 2, golden());

        assertThat(view.state()).isEqualTo(HostState.QUARANTINED);
        assertThat(view.because()).contains("cloned");
        assertThat(view.boot()).isEqualTo(SECOND);
    }

    @Test
    void quarantineIsNotLeftByGoldenEvidence() throws Exception {
        attest(FIRST, golden());
        host = host.withQuarantine(new Quarantine("reset too often", now, null));
        assertThat(attest(FIRST, golden()).admit()).isFalse();
        assertThat(attest(SECOND, 1, golden()).admit()).isFalse();
    }

    @Test
    void readmissionAloneDoesNotEndQuarantine() throws Exception {
        attest(FIRST, golden());
        host = host.withQuarantine(new Quarantine("reset too often", now, now));

        assertThat(attest(FIRST, golden()).state()).isEqualTo(HostState.QUARANTINED);
    }

    @Test
    void aNewGoldenBootAfterReadmissionEndsQuarantine() throws Exception {
        attest(FIRST, drifted("ssh"));
        host = host.withQuarantine(new Quarantine("reset too often", now, now));
        HostView drifted = attest(SECOND, 1, drifted("ssh"));
        assertThat(drifted.state()).isEqualTo(HostState.QUARANTINED);

        assertThat(attest(Given.THIRD, 1, golden()).state()).isEqualTo(HostState.GOLDEN);
    }

    @Test
    void aBannedHostIsNotAdmitted() throws Exception {
        attest(FIRST, golden());
        host = host.withBanned(true);

        assertThat(view().admit()).isFalse();
        assertThat(view().because()).isEqualTo("banned");
    }

    @Test
    void theProvedSerialGrowsAndBelongsToTheName() throws Exception {
        attest(FIRST, golden());

        assertThat(host.history().provedSerial("web")).isEqualTo(7);
    }

    @Test
    void aRollbackThatWasAllowedIsTheNewProvedSerial() throws Exception {
        attest(FIRST, golden());
        attest(SECOND, 1, new Appraisal.Golden(5));

        assertThat(host.history().provedSerial("web")).isEqualTo(5);
    }

    @Test
    void aHostForgottenWhileDriftedIsStillDriftedAfterItEnrolsAgain() throws Exception {
        attest(FIRST, drifted("ssh"));
        host = Given.host().withHistory(host.history());
        HostView view = attest(FIRST, 1, golden());

        assertThat(view.state()).isEqualTo(HostState.DRIFTED);
    }

    @Test
    void aHostForgottenWhileDriftedIsGoldenAfterItEnrolsAgainOnANewBoot() throws Exception {
        attest(FIRST, drifted("ssh"));
        host = Given.host().withHistory(host.history());
        HostView view = attest(SECOND, 1, golden());

        assertThat(view.state()).isEqualTo(HostState.GOLDEN);
        assertThat(Objects.requireNonNull(view.lastProof()).before()).isEqualTo(FIRST);
    }

    @Test
    void aResetForSilenceIsWithdrawnWhenTheHostSpeaksBeforeItIsOrdered() throws Exception {
        attest(FIRST, golden());
        Reset silent = reset(Reset.Status.PENDING);
        host =
                host.withReset(
                        new Reset(
                                "r2",
                                "web-1",
                                "nodes",
                                FIRST,
                                Cause.SILENT,
                                Reset.Remedy.RESET,
                                "silent",
                                now,
                                now,
                                silent.status(),
                                "",
                                now,
                                now,
                                now.plusSeconds(30),
                                null,
                                List.of(),
                                null,
                                null));
        HostView view = attest(FIRST, golden());

        assertThat(view.admit()).isTrue();
        assertThat(Objects.requireNonNull(view.reset()).status()).isEqualTo(Reset.Status.WITHDRAWN);
    }
}
