package dev.assay.verifier.reset;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static dev.assay.verifier.fleet.Given.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.fleet.Attempt;
import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Lifecycle;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Quarantine;
import dev.assay.verifier.reset.BreakerState.Finding;
import dev.assay.verifier.reset.BreakerState.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A fleet of twenty; three alike, or four of whatever, are too many.
final class BreakerPolicyTest {
    private static final GroupSettings GROUP =
            Given.group(Mode.ENFORCE)
                    .with(Map.of("breakerSharePercent", 5, "breakerAnySharePercent", 20));

    private final List<Host> fleet = new ArrayList<>();
    private @Nullable BreakerState state;
    private List<EventType> told = List.of();
    private Instant now = NOON;

    BreakerPolicyTest() throws Exception {
        for (int i = 0; i < 20; i++) {
            fleet.add(attest(Given.host("web-" + i), FIRST, 1, Given.golden()));
        }
    }

    private Host attest(Host host, BootId boot, long sequence, Appraisal appraisal)
            throws Exception {
        return Lifecycle.attested(
                        host, GROUP, Given.attested(boot, false, sequence, appraisal), now)
                .host();
    }

    private void drift(int host, String incident, String path) throws Exception {
        drift(host, incident, path, false);
    }

    /// As the lifecycle would, with a path of its own.
    private void drift(int index, String incident, String path, boolean first) throws Exception {
        Boot last = Objects.requireNonNull(fleet.get(index).boot());
        BootId boot = last.id();
        Host host = attest(fleet.get(index), boot, last.sequence() + 1, Given.drifted(incident));
        DriftSummary drift =
                new DriftSummary(
                        Digest.ofContent(Bytes.utf8(incident)),
                        now,
                        1,
                        false,
                        first,
                        null,
                        List.of(path));
        fleet.set(
                index,
                host.withHistory(
                        host.history()
                                .withLatch(
                                        new Latch(
                                                boot, Cause.DRIFT, now, null, "drifted", drift))));
    }

    private void step() {
        BreakerPolicy.Step step = BreakerPolicy.step(state, GROUP, fleet, now, 0);
        state = step.state();
        told = step.events().stream().map(Event::type).toList();
    }

    private BreakerState tripped() {
        return Objects.requireNonNull(state);
    }

    private Host canary() {
        String name = Objects.requireNonNull(tripped().canary()).host();
        return fleet.stream().filter(host -> host.name().equals(name)).findFirst().orElseThrow();
    }

    private void reboot(Host host, Appraisal appraisal) throws Exception {
        now = now.plusSeconds(60);
        fleet.set(fleet.indexOf(host), attest(host, SECOND, 1, appraisal));
    }

    private List<Integer> held() {
        List<Integer> held = new ArrayList<>();
        for (int i = 0; i < fleet.size(); i++) {
            Host host = fleet.get(i);
            var others = BreakerPolicy.otherBaselines(state, GROUP, fleet, now);
            if (host.latch() != null && BreakerPolicy.obstacle(state, others, host) != null) {
                held.add(i);
            }
        }
        return held;
    }

    @Test
    void twoAlikeAreTwoIntrusions() throws Exception {
        drift(0, "ssh", "fs/usr/bin/ssh");
        drift(1, "ssh", "fs/usr/bin/ssh");
        step();

        assertThat(state).isNull();
        assertThat(held()).isEmpty();
    }

    @Test
    void threeAlikeHaltTheirResetsButForOneCanary() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        step();

        assertThat(tripped().kind()).isEqualTo(Kind.DRIFT);
        assertThat(told).containsExactly(EventType.BREAKER_TRIPPED, EventType.BREAKER_CANARY);
        assertThat(held()).hasSize(2).doesNotContain(fleet.indexOf(canary()));
    }

    @Test
    void aHostThatDriftedOtherwiseIsResetMeanwhile() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        drift(7, "cron", "fs/etc/crontab");
        step();

        assertThat(held()).doesNotContain(7);
    }

    @Test
    void threeThatDifferAtOnePathAreAlike() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "variant " + i, "fs/usr/bin/ssh");
        }
        step();

        assertThat(tripped().kind()).isEqualTo(Kind.PATH);
        assertThat(tripped().key()).isEqualTo("fs/usr/bin/ssh");
    }

    @Test
    void aRandomFilePerHostIsCountedWhateverItIs() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "random " + i, "fs/usr/lib/" + i);
        }
        step();
        assertThat(state).isNull();
        drift(3, "random 3", "fs/usr/lib/3");
        step();

        assertThat(tripped().kind()).isEqualTo(Kind.NUMBER);
        assertThat(held()).hasSize(3);
    }

    @Test
    void oneHostAfterTheOtherIsCountedForAnHour() throws Exception {
        for (int i = 0; i < 3; i++) {
            Host host = fleet.get(i);
            fleet.set(i, host.withHistory(host.history().withResetAt(now)));
        }
        now = now.plus(Duration.ofMinutes(59));
        drift(5, "random", "fs/usr/lib/5");
        step();

        assertThat(tripped().kind()).isEqualTo(Kind.NUMBER);
        assertThat(held()).isEmpty();
        assertThat(canary().name()).isEqualTo("web-5");
    }

    private void attackFourAndDecide() throws Exception {
        for (int i = 0; i < 4; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        step();
        reboot(canary(), Given.golden());
        step();
    }

    @Test
    void aCanaryThatComesBackGoldenMeansAnAttackAndResetsGoOn() throws Exception {
        attackFourAndDecide();

        assertThat(tripped().finding()).isEqualTo(Finding.ATTACK);
        assertThat(told).contains(EventType.BREAKER_DECIDED);
        assertThat(held()).isEmpty();
    }

    @Test
    void afterAnAttackTheSameIntruderGainsNoSecondHalt() throws Exception {
        attackFourAndDecide();
        for (int i = 10; i < 16; i++) {
            drift(i, "another", "fs/usr/bin/another");
        }
        step();

        assertThat(held()).isEmpty();
    }

    @Test
    void afterAnAttackAWrongBaselineIsStillFound() throws Exception {
        attackFourAndDecide();
        for (int i = 8; i < 16; i++) {
            drift(i, "rollout", "fs/usr/bin/new", true);
        }
        step();

        assertThat(tripped().finding()).isNull();
        assertThat(held()).hasSize(7);
    }

    private void driftAgainAndDecide(boolean first) throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh", first);
        }
        step();
        Host canary = canary();
        int index = fleet.indexOf(canary);
        reboot(canary, Given.drifted("ssh"));
        drift(index, "ssh", "fs/usr/bin/ssh", true);
        step();
    }

    @ParameterizedTest
    @CsvSource({"true, BAD_BASELINE", "false, PERSISTENT"})
    void aCanaryThatDriftsAlikeOnAFreshBootHaltsResets(boolean first, Finding finding)
            throws Exception {
        driftAgainAndDecide(first);

        assertThat(tripped().finding()).isEqualTo(finding);
        assertThat(held()).containsExactly(0, 1, 2);
        now = now.plus(Duration.ofDays(2));
        step();
        assertThat(held()).as("for as long as they drift").containsExactly(0, 1, 2);
    }

    @Test
    void aCanaryThatDriftsOtherwiseOnAFreshBootIsNoAnswer() throws Exception {
        for (int i = 0; i < 4; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        step();
        Host canary = canary();
        reboot(canary, Given.drifted("another"));
        step();

        assertThat(tripped().finding()).isNull();
        assertThat(tripped().spent()).containsExactly(canary.name());
        assertThat(canary().name()).isNotEqualTo(canary.name());
    }

    @Test
    void whereNoCanaryComesBackAPersonIsAsked() throws Exception {
        for (int i = 0; i < 8; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        for (int i = 0; i < BreakerPolicy.MAX_CANARIES; i++) {
            step();
            Host canary = canary();
            fleet.set(
                    fleet.indexOf(canary),
                    canary.withQuarantine(new Quarantine("not reset", now, null)));
        }
        step();
        step();

        assertThat(tripped().finding()).isEqualTo(Finding.LOST);
        assertThat(held()).hasSize(8);
    }

    @Test
    void anOperatorLetsResetsGoOn() throws Exception {
        driftAgainAndDecide(true);
        state = tripped().resumed("op-1");
        step();

        assertThat(held()).isEmpty();
    }

    @Test
    void whoMeasuresGoldenAgainMayBeReset() throws Exception {
        driftAgainAndDecide(true);
        fleet.set(2, attest(fleet.get(2), FIRST, 9, Given.golden()));

        assertThat(held()).doesNotContain(2);
    }

    @Test
    void itClosesWhenNobodyIsAccusedAnyMore() throws Exception {
        attackFourAndDecide();
        for (int i = 0; i < 4; i++) {
            if (fleet.get(i).latch() != null) {
                reboot(fleet.get(i), Given.golden());
            }
        }
        step();

        assertThat(state).isNull();
        assertThat(told).containsExactly(EventType.BREAKER_CLOSED);
    }

    @Test
    void theCanaryIsNobodyWhomAPersonHolds() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        Hold hold = new Hold("op", "forensics", NOON.plusSeconds(3600));
        fleet.set(0, fleet.get(0).withHold(hold));
        fleet.set(1, fleet.get(1).withHold(hold));
        step();

        assertThat(canary().name()).isEqualTo("web-2");
    }

    @Test
    void aResetThatIsOutAlreadyIsTheCanary() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        Host ordered = fleet.get(1);
        fleet.set(
                1,
                ordered.withReset(
                        Given.reset(ordered, now)
                                .ordered(Attempt.begun("agent", now, now.plusSeconds(600), ""))));
        step();

        assertThat(canary().name()).isEqualTo("web-1");
    }

    @Test
    void aWrongBaselineThatComesSlowlyCountsThoseItQuarantined() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "rollout", "fs/usr/bin/new", true);
        }
        for (int i = 0; i < 2; i++) {
            fleet.set(i, fleet.get(i).withQuarantine(new Quarantine("reset too often", now, null)));
        }
        step();

        assertThat(tripped().kind()).isEqualTo(Kind.DRIFT);
        assertThat(canary().name()).isEqualTo("web-2");
    }

    @Test
    void theQuarantinedAloneTripNothing() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "rollout", "fs/usr/bin/new", true);
            fleet.set(i, fleet.get(i).withQuarantine(new Quarantine("reset too often", now, null)));
        }
        step();

        assertThat(state).isNull();
    }

    @Test
    void theLastOfAWrongBaselineIsHeldWhenTheOthersArePardoned() throws Exception {
        driftAgainAndDecide(true);
        for (int i = 0; i < 2; i++) {
            fleet.set(i, fleet.get(i).withHistory(fleet.get(i).history().withLatch(null)));
        }
        step();

        assertThat(held()).containsExactly(2);
    }

    @Test
    void aWrongBaselineIsHeldToWhileTheBreakerIsBusyWithAnother() throws Exception {
        driftAgainAndDecide(false);
        for (int i = 8; i < 11; i++) {
            drift(i, "rollout", "fs/usr/bin/new", true);
        }
        drift(15, "cron", "fs/etc/crontab", true);
        step();

        assertThat(held()).containsExactly(0, 1, 2, 8, 9, 10);
    }

    @Test
    void aCanaryThatIsChangedOnceMoreIsResetAllTheSame() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "rollout", "fs/usr/bin/new", true);
        }
        step();
        int canary = fleet.indexOf(canary());
        for (int i = 8; i < 12; i++) {
            drift(i, "more", "fs/usr/bin/more", true);
        }
        drift(canary, "more", "fs/usr/bin/more", true);
        step();

        assertThat(held()).isNotEmpty().doesNotContain(canary);
    }

    private void order(Host host) {
        fleet.set(
                fleet.indexOf(host),
                host.withReset(
                        Given.reset(host, now)
                                .ordered(Attempt.begun("agent", now, now.plusSeconds(600), ""))));
    }

    @Test
    void aCanaryThatIsBackAndNotJudgedYetHasNotAnswered() throws Exception {
        for (int i = 0; i < 4; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        step();
        String name = canary().name();
        order(canary());
        reboot(canary(), Given.undetermined());
        step();
        assertThat(tripped().spent()).isEmpty();
        assertThat(canary().name()).isEqualTo(name);
        fleet.set(fleet.indexOf(canary()), attest(canary(), SECOND, 2, Given.golden()));
        step();

        assertThat(tripped().finding()).isEqualTo(Finding.ATTACK);
    }

    @Test
    void theOthersDoNotWaitForACanaryThatAPersonHolds() throws Exception {
        for (int i = 0; i < 3; i++) {
            drift(i, "ssh", "fs/usr/bin/ssh");
        }
        step();
        Host held = canary();
        Hold hold = new Hold("op", "forensics", now.plus(Duration.ofDays(30)));
        fleet.set(fleet.indexOf(held), held.withHold(hold));
        step();

        assertThat(canary().name()).isNotEqualTo(held.name());
        assertThat(tripped().spent()).isEmpty();
    }
}
