package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.TrustRole;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.fleet.Attempt;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.ProofKind;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.ResetTask;
import dev.assay.verifier.reset.Rungs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResetLoopTest {
    private static final Principal ORCHESTRATOR = new Principal("k8s", Role.ORCHESTRATOR);

    private final List<ResetTask> tasks = new CopyOnWriteArrayList<>();
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

    private Agent drifted(GroupSettings group, String name) throws Exception {
        if (at.verifier.groups().list().isEmpty()) {
            at.createGroup(group);
            at.publishGolden(1);
        }
        Agent agent = new Agent(at, name).enrol();
        agent.baseline = at.verifier.baselines().list().getFirst().name().digest();
        agent.attest();
        agent.tree = Tree.GOLDEN.tampered();
        assertThat(agent.attest().state()).isEqualTo("drifted");
        return agent;
    }

    private void tickAfter(Duration time) {
        at.clock.advance(time);
        at.verifier.ticker().tick();
    }

    private HostView view(String host) throws Exception {
        return at.verifier.fleet().host(host);
    }

    private static Reset reset(HostView view) {
        return Objects.requireNonNull(view.reset());
    }

    @Test
    void aResetThatEndedNinetyDaysAgoIsRemoved() throws Exception {
        Agent agent = drifted(Installation.settings(Mode.ENFORCE), "web-1");
        tickAfter(Duration.ZERO);
        tickAfter(Duration.ofSeconds(30));
        agent.reboot();
        agent.tree = Tree.GOLDEN;
        agent.attest();
        tickAfter(Duration.ofDays(89));
        assertThat(at.verifier.resets().list())
                .extracting(Reset::status)
                .contains(Reset.Status.SUCCEEDED);
        tickAfter(Duration.ofDays(2));

        assertThat(at.verifier.resets().list())
                .extracting(Reset::status)
                .doesNotContain(Reset.Status.SUCCEEDED);
    }

    @Test
    void theResetOfAHostThatWasForgottenIsOver() throws Exception {
        drifted(Installation.settings(Mode.OBSERVE), "web-1");
        tickAfter(Duration.ZERO);
        assertThat(at.verifier.resets().would()).hasSize(1);
        at.verifier.fleet().forget("web-1", Installation.OPERATOR);

        assertThat(at.verifier.resets().would()).isEmpty();
        assertThat(at.verifier.resets().list())
                .extracting(Reset::status)
                .containsExactly(Reset.Status.WITHDRAWN);
    }

    @Test
    void whatIsLearntBeforeTheOrderIsTheOrdersReason() throws Exception {
        Agent agent = drifted(Installation.settings(Mode.ENFORCE), "web-1");
        agent.tree = agent.tree.with("fs/usr/bin/late", Tree.file("late"));
        agent.golden = agent.tree;
        agent.attest();
        tickAfter(Duration.ZERO);
        assertThat(reset(view("web-1")).reason()).contains("unexplained");
        agent.golden = Tree.GOLDEN;
        agent.attest();
        tickAfter(Duration.ZERO);

        assertThat(reset(view("web-1")).reason()).isEqualTo("drifted: 4 changes");
        assertThat(reset(view("web-1")).status()).isEqualTo(Reset.Status.PENDING);
        tickAfter(Duration.ofSeconds(30));
        assertThat(at.verifier.feed().after(0, 100))
                .filteredOn(event -> event.type() == EventType.RESET_ORDERED)
                .extracting(event -> event.details().get("reason"))
                .containsExactly("drifted: 4 changes");
    }

    private Agent unmeasured() throws Exception {
        at.createGroup(Installation.settings(Mode.ENFORCE));
        at.publishGolden(1);
        return new Agent(at, "web-1").enrol();
    }

    private String attestFor(Agent agent, Duration time) throws Exception {
        String state = agent.attest().state();
        for (long minute = 0; minute < time.toMinutes(); minute++) {
            at.clock.advance(Duration.ofMinutes(1));
            state = agent.attest().state();
            at.verifier.ticker().tick();
        }
        return state;
    }

    @Test
    void aHostThatSaysForLongThatItHasNoBaselineIsReset() throws Exception {
        Agent agent = unmeasured();
        assertThat(attestFor(agent, Duration.ofMinutes(10))).isEqualTo("outdated");
        attestFor(agent, Duration.ofMinutes(1));

        assertThat(view("web-1").state()).isEqualTo(HostState.RESET_PENDING);
        assertThat(view("web-1").because()).contains("measures by no current baseline");
        agent.reboot();
        assertThat(agent.attest().state()).isNotEqualTo("golden");
        agent.baseline = at.verifier.baselines().list().getFirst().name().digest();
        assertThat(agent.attest().admit()).isTrue();
    }

    @Test
    void aHostThatNamesABaselineThatNobodyKnowsIsResetToo() throws Exception {
        Agent agent = unmeasured();
        agent.baseline = Digest.ofContent(Bytes.utf8("invented"));
        attestFor(agent, Duration.ofMinutes(11));

        assertThat(view("web-1").state()).isEqualTo(HostState.RESET_PENDING);
    }

    @Test
    void anAgentOfAnotherMeasurementVersionIsOutdatedForEver() throws Exception {
        Agent agent = unmeasured();
        agent.measurementVersion = 2;

        assertThat(attestFor(agent, Duration.ofMinutes(60))).isEqualTo("outdated");
        assertThat(view("web-1").reset()).isNull();
    }

    @Test
    void aHostThatThereIsNoBaselineForIsOutdatedForEver() throws Exception {
        at.createGroup(Installation.settings(Mode.ENFORCE));
        Agent agent = new Agent(at, "web-1").enrol();

        assertThat(attestFor(agent, Duration.ofMinutes(60))).isEqualTo("outdated");
        at.publishGolden(1);
        assertThat(attestFor(agent, Duration.ofMinutes(9))).isEqualTo("outdated");
        assertThat(view("web-1").reset()).isNull();
    }

    /// An executor of the site file, and the tasks that it was given.
    private GroupSettings withExecutor(Executor.Outcome outcome) throws Exception {
        at.restart(
                new Rungs(
                        Map.of(
                                "bmc",
                                task -> {
                                    tasks.add(task);
                                    return outcome;
                                }),
                        Map.of()));
        return Installation.settings(Mode.ENFORCE).with(Map.of("ladder", List.of("agent", "bmc")));
    }

    /// Steps no longer than what the ticker takes for an outage of its own.
    private void tickFor(Duration time) {
        for (long left = time.toSeconds(); left > 0; left -= 30) {
            tickAfter(Duration.ofSeconds(Math.min(30, left)));
        }
    }

    @Test
    void aDriftedHostIsAnnouncedOrderedRebootedAndAdmitted() throws Exception {
        Agent agent = drifted(Installation.settings(Mode.ENFORCE), "web-1");
        tickAfter(Duration.ZERO);
        assertThat(view("web-1").state()).isEqualTo(HostState.RESET_PENDING);
        assertThat(agent.attest().order()).isNull();

        tickAfter(Duration.ofSeconds(30));
        assertThat(view("web-1").state()).isEqualTo(HostState.RESETTING);
        EvidenceResponse ordered = agent.attest();
        ResetOrder order =
                at.verifier
                        .trustRoots()
                        .current()
                        .value()
                        .verify(
                                Objects.requireNonNull(ordered.order()),
                                TrustRole.ORDER,
                                ResetOrder.PAYLOAD_TYPE)
                        .parse(ResetOrder::parse)
                        .value();
        assertThat(order.host()).isEqualTo("web-1");
        assertThat(order.boot()).isEqualTo(agent.boot);
        assertThat(Duration.between(order.issued(), order.expires()))
                .isLessThanOrEqualTo(Duration.ofMinutes(5));

        agent.reboot();
        agent.tree = Tree.GOLDEN;
        EvidenceResponse back = agent.attest();

        assertThat(back.admit()).isTrue();
        assertThat(back.order()).isNull();
        assertThat(reset(view("web-1")).status()).isEqualTo(Reset.Status.SUCCEEDED);
        assertThat(at.verifier.feed().after(0, 100))
                .extracting(Event::type)
                .containsSubsequence(
                        EventType.ENROLLED,
                        EventType.GOLDEN,
                        EventType.DRIFTED,
                        EventType.RESET_ANNOUNCED,
                        EventType.RESET_ORDERED,
                        EventType.NEW_BOOT,
                        EventType.RESET_SUCCEEDED,
                        EventType.GOLDEN);
    }

    @Test
    void filesRestoredBeforeTheResetDoNotStopIt() throws Exception {
        Agent agent = drifted(Installation.settings(Mode.ENFORCE), "web-1");
        tickAfter(Duration.ZERO);
        agent.tree = Tree.GOLDEN;
        assertThat(agent.attest().admit()).isFalse();
        tickAfter(Duration.ofSeconds(30));

        assertThat(agent.attest().order()).isNotNull();
    }

    @Test
    void anOrchestratorsAcknowledgementEndsTheDrain() throws Exception {
        drifted(Installation.settings(Mode.ENFORCE), "web-1");
        tickAfter(Duration.ofSeconds(1));
        at.verifier.resets().acknowledgeDrained("web-1", ORCHESTRATOR);
        tickAfter(Duration.ofSeconds(1));

        assertThat(view("web-1").state()).isEqualTo(HostState.RESETTING);
    }

    @Test
    void anObservedGroupOnlySaysWhatItWouldHaveReset() throws Exception {
        drifted(Installation.settings(Mode.OBSERVE), "web-1");
        tickFor(Duration.ofMinutes(5));

        assertThat(view("web-1").state()).isEqualTo(HostState.DRIFTED);
        assertThat(view("web-1").because()).contains("would be reset");
        assertThat(at.verifier.resets().would()).hasSize(1);
    }

    @Test
    void aResetOfAGroupThatWantsApprovalBeginsWhenItIsApproved() throws Exception {
        drifted(Installation.settings(Mode.APPROVE), "web-1");
        tickFor(Duration.ofMinutes(2));
        assertThat(view("web-1").state()).isEqualTo(HostState.DRIFTED);
        at.verifier.resets().approve("web-1", Installation.OPERATOR);
        tickAfter(Duration.ofSeconds(1));

        assertThat(view("web-1").state()).isEqualTo(HostState.RESET_PENDING);
    }

    @Test
    void aHeldHostIsNotResetUntilItIsReleased() throws Exception {
        drifted(Installation.settings(Mode.ENFORCE), "web-1");
        at.verifier
                .resets()
                .hold(
                        "web-1",
                        "forensics",
                        at.clock.instant().plus(Duration.ofHours(1)),
                        Installation.OPERATOR);
        tickFor(Duration.ofMinutes(2));
        assertThat(view("web-1").state()).isEqualTo(HostState.DRIFTED);
        at.verifier.resets().release("web-1", Installation.OPERATOR);
        tickAfter(Duration.ofSeconds(1));

        assertThat(view("web-1").state()).isEqualTo(HostState.RESET_PENDING);
    }

    @Test
    void theSecondHostWaitsForTheOnlySlot() throws Exception {
        drifted(Installation.settings(Mode.ENFORCE), "web-1");
        drifted(Installation.settings(Mode.ENFORCE), "web-2");
        tickAfter(Duration.ofSeconds(1));

        assertThat(List.of(view("web-1").state(), view("web-2").state()))
                .containsExactlyInAnyOrder(HostState.RESET_PENDING, HostState.DRIFTED);
    }

    @Test
    void aHostThatDoesNotObeyIsResetByTheNextRung() throws Exception {
        drifted(withExecutor(new Executor.Outcome.Done("power cycled", null)), "web-1");
        tickFor(Duration.ofSeconds(60));
        assertThat(view("web-1").state()).isEqualTo(HostState.RESETTING);
        tickFor(Duration.ofSeconds(601));

        await().until(() -> reset(view("web-1")).attempts().getLast().output() != null);
        assertThat(reset(view("web-1")).attempts())
                .extracting(Attempt::rung)
                .containsExactly("agent", "bmc");
        assertThat(reset(view("web-1")).attempts().getFirst().failure())
                .contains("no golden boot in time");
        assertThat(tasks).extracting(ResetTask::platformId).containsExactly("i-web-1");
        assertThat(view("web-1").state()).isEqualTo(HostState.RESETTING);
    }

    @Test
    void anExecutorThatFailsAsksForAnOperatorAtOnceAndItsReasonIsKept() throws Exception {
        drifted(withExecutor(new Executor.Outcome.Failed("no such machine", "")), "web-1");
        tickFor(Duration.ofSeconds(60));
        tickFor(Duration.ofSeconds(601));

        await().until(() -> view("web-1").state() == HostState.QUARANTINED);
        assertThat(view("web-1").because()).contains("bmc: no such machine");
        assertThat(tasks).hasSize(1);
    }

    @Test
    void anExecutorThatLiesIsFoundOutByTheBootThatDoesNotCome() throws Exception {
        drifted(withExecutor(new Executor.Outcome.Done("sure", null)), "web-1");
        tickFor(Duration.ofSeconds(60));
        tickFor(Duration.ofSeconds(601));
        await().until(() -> reset(view("web-1")).attempts().getLast().output() != null);
        tickFor(Duration.ofSeconds(601));

        assertThat(view("web-1").state()).isEqualTo(HostState.QUARANTINED);
        assertThat(view("web-1").because()).contains("bmc brought no golden boot in time");
        assertThat(tasks).hasSize(1);
    }

    @Test
    void aLadderNamesOnlyWhatTheVerifierOffers() {
        GroupSettings group =
                Installation.settings(Mode.ENFORCE).with(Map.of("ladder", List.of("rm-rf")));

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> at.createGroup(group))
                .withMessageContaining("rm-rf");
    }

    @Test
    void whereTheGroupWantsMoreThanTheHostsWordAReceiptIsTheProof() throws Exception {
        Receipt receipt = new Receipt("bmc", "op-17", at.clock.instant());
        GroupSettings group =
                withExecutor(new Executor.Outcome.Done("", receipt))
                        .with(Map.of("proof", ProofKind.EXECUTOR));
        Agent agent = drifted(group, "web-1");
        agent.reboot();
        agent.tree = Tree.GOLDEN;
        assertThat(agent.attest().admit()).as("rebooted by itself").isFalse();
        tickFor(Duration.ofSeconds(60));
        await().until(() -> reset(view("web-1")).receipt() != null);
        assertThat(agent.attest().admit()).as("before it was reset").isFalse();
        agent.reboot();

        assertThat(agent.attest().admit()).isTrue();
        assertThat(Objects.requireNonNull(view("web-1").lastProof()).kind())
                .isEqualTo(ProofKind.EXECUTOR);
    }

    @Test
    void aHostThatComesBackFromNothingKeepsItsSlotAndIsQuarantined() throws Exception {
        drifted(Installation.settings(Mode.ENFORCE), "web-1");
        tickFor(Duration.ofSeconds(60));
        tickFor(Duration.ofSeconds(601));
        assertThat(view("web-1").state()).isEqualTo(HostState.QUARANTINED);
        drifted(Installation.settings(Mode.ENFORCE), "web-2");
        tickFor(Duration.ofMinutes(1));

        assertThat(view("web-2").state()).isEqualTo(HostState.DRIFTED);
        assertThat(view("web-2").because()).contains("slots");
    }

    @Test
    void theThirdFailedResetOfADayEndsInQuarantine() throws Exception {
        Agent agent = drifted(Installation.settings(Mode.ENFORCE), "web-1");
        for (int reset = 1; reset <= 3; reset++) {
            tickFor(Duration.ofSeconds(60));
            assertThat(view("web-1").state()).isEqualTo(HostState.RESETTING);
            agent.reboot();
            agent.attest();
            assertThat(reset(view("web-1")).status()).isEqualTo(Reset.Status.FAILED);
        }
        tickAfter(Duration.ofSeconds(1));

        assertThat(view("web-1").state()).isEqualTo(HostState.QUARANTINED);
        assertThat(view("web-1").because()).contains("3 times in 24 hours");
    }

    @Test
    void theCounterOfResetsFollowsTheNameThroughANewEnrolment() throws Exception {
        Agent agent = drifted(Installation.settings(Mode.ENFORCE), "web-1");
        tickFor(Duration.ofSeconds(60));
        at.verifier.fleet().forget("web-1", Installation.OPERATOR);
        Agent again = new Agent(at, "web-1").enrol();
        again.baseline = agent.baseline;
        again.attest();

        assertThat(view("web-1").resetsInWindow()).isEqualTo(1);
    }

    @Test
    void driftThatSurvivesARebootIsNotOrderedOfTheAgent() throws Exception {
        Agent agent = drifted(withExecutor(new Executor.Outcome.Done("", null)), "web-1");
        agent.tree = Tree.GOLDEN.with("fs/firmware/blob", Tree.file("evil"));
        agent.attest();
        tickFor(Duration.ofSeconds(60));

        assertThat(reset(view("web-1")).remedy()).isEqualTo(Reset.Remedy.REPLACEMENT);
        assertThat(reset(view("web-1")).isOn("bmc")).isTrue();
        assertThat(agent.attest().order()).isNull();
    }

    @Test
    void anAgentThatWasStoppedTakesTheResetPath() throws Exception {
        at.createGroup(Installation.settings(Mode.ENFORCE));
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.attest();
        tickFor(Duration.ofMinutes(10));
        assertThat(view("web-1").state()).isEqualTo(HostState.UNKNOWN);
        tickFor(Duration.ofMinutes(3));

        assertThat(view("web-1").state()).isEqualTo(HostState.RESETTING);
        assertThat(reset(view("web-1")).cause().wire()).isEqualTo("silent");
    }

    @Test
    void hostsThatFallSilentTogetherAreNotReset() throws Exception {
        at.createGroup(Installation.settings(Mode.ENFORCE));
        at.publishGolden(1);
        for (int i = 1; i <= 4; i++) {
            Agent agent = new Agent(at, "web-" + i).enrol();
            agent.baseline = at.verifier.baselines().list().getFirst().name().digest();
            agent.attest();
        }
        tickFor(Duration.ofMinutes(30));

        assertThat(at.verifier.resets().list()).isEmpty();
        assertThat(at.verifier.feed().after(0, 1000))
                .extracting(Event::type)
                .containsOnlyOnce(EventType.SILENCE_TOGETHER);
    }

    @Test
    void afterAnOutageOfTheVerifierNobodyIsSilent() throws Exception {
        at.createGroup(
                Installation.settings(Mode.ENFORCE)
                        .with(Map.of("archiveMillis", Duration.ofDays(7).toMillis())));
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.attest();
        at.clock.advance(Duration.ofDays(3));
        at.restart();
        tickFor(Duration.ofMinutes(11));

        assertThat(view("web-1").state()).isEqualTo(HostState.UNKNOWN);
        assertThat(at.verifier.resets().list()).isEmpty();
    }

    @Test
    void aFaultThatLastsPastTheDeadlineTakesTheResetPath() throws Exception {
        at.createGroup(Installation.settings(Mode.ENFORCE));
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.tree = Tree.GOLDEN.unreadable("fs/etc/passwd");
        for (int i = 0; i < 21; i++) {
            agent.attest();
            tickAfter(Duration.ofSeconds(30));
        }

        assertThat(view("web-1").state()).isEqualTo(HostState.RESET_PENDING);
        assertThat(reset(view("web-1")).cause().wire()).isEqualTo("undetermined");
    }

    @Test
    void whereNoPlatformResetsItAnyMoreTheOperatorWhoReadmitsItVouchesForTheHost()
            throws Exception {
        GroupSettings group =
                withExecutor(new Executor.Outcome.Failed("no power", ""))
                        .with(Map.of("proof", ProofKind.EXECUTOR));
        Agent agent = drifted(group, "web-1");
        tickFor(Duration.ofSeconds(60));
        await().until(() -> view("web-1").state() == HostState.QUARANTINED);
        agent.tree = Tree.GOLDEN;
        agent.reboot();
        assertThat(agent.attest().admit()).as("nobody vouched").isFalse();
        at.verifier.fleet().readmit("web-1", Installation.OPERATOR);
        assertThat(agent.attest().admit()).as("in the boot of before").isFalse();
        agent.reboot();

        assertThat(agent.attest().admit()).isTrue();
    }

    @Test
    void aGroupWhoseExecutorTheSiteFileHasLostCanStillBeStopped() throws Exception {
        at.createGroup(withExecutor(new Executor.Outcome.Done("", null)));
        at.restart(Rungs.NONE);
        GroupSettings group = at.verifier.groups().find(Installation.GROUP);

        assertThat(at.verifier.groups().missing())
                .containsExactly(
                        "group " + Installation.GROUP + ": the site file has no executor bmc");
        at.verifier
                .groups()
                .change(group.with(Map.of("mode", Mode.OBSERVE)), Installation.OPERATOR);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(
                        () ->
                                at.verifier
                                        .groups()
                                        .change(
                                                group.with(Map.of("ladder", List.of("ipmi"))),
                                                Installation.OPERATOR));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(
                        () ->
                                at.verifier
                                        .groups()
                                        .change(
                                                group.with(Map.of("blockers", List.of("agent"))),
                                                Installation.OPERATOR));
    }

    @Test
    void whatIsLearntAfterTheOrderIsTheNextRungsTask() throws Exception {
        Agent agent = drifted(withExecutor(new Executor.Outcome.Done("", null)), "web-1");
        tickFor(Duration.ofSeconds(60));
        assertThat(view("web-1").state()).isEqualTo(HostState.RESETTING);
        agent.tree = Tree.GOLDEN.with("fs/firmware/blob", Tree.file("evil"));
        agent.attest();
        tickFor(Duration.ofSeconds(601));

        await().until(() -> !tasks.isEmpty());
        assertThat(tasks).extracting(ResetTask::remedy).containsExactly(Reset.Remedy.REPLACEMENT);
    }

    @Test
    void whoApprovedAResetDidNotApproveTheReplacementThatItTurnsInto() throws Exception {
        GroupSettings group =
                withExecutor(new Executor.Outcome.Done("", null)).with(Map.of("mode", "approve"));
        Agent agent = drifted(group, "web-1");
        tickAfter(Duration.ofSeconds(1));
        at.verifier.resets().approve("web-1", Installation.OPERATOR);
        tickFor(Duration.ofSeconds(60));
        assertThat(view("web-1").state()).isEqualTo(HostState.RESETTING);
        agent.tree = Tree.GOLDEN.with("fs/firmware/blob", Tree.file("evil"));
        agent.attest();
        tickFor(Duration.ofSeconds(601));

        assertThat(view("web-1").state()).isEqualTo(HostState.QUARANTINED);
        assertThat(tasks).isEmpty();
    }

    @Test
    void aGroupThatWantsReceiptsNeedsSomebodyWhoKeepsThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Installation.settings(Mode.ENFORCE).with(Map.of("proof", "executor")))
                .withMessageContaining("executor on the ladder");
    }
}
