package dev.assay.verifier.reset;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static dev.assay.verifier.reset.Situation.CALM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Lifecycle;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Quarantine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ResetPolicyTest {
    static Host after(Appraisal... appraisals) throws Exception {
        Host host = Given.host();
        for (int i = 0; i < appraisals.length; i++) {
            host =
                    Lifecycle.attested(
                                    host,
                                    Given.group(Mode.ENFORCE),
                                    Given.attested(FIRST, i > 0, i + 1, appraisals[i]),
                                    NOON)
                            .host();
        }
        return host;
    }

    private static Decision decide(Host host, Mode mode, Situation situation) {
        return ResetPolicy.decide(host, Given.group(mode), situation, NOON);
    }

    @Test
    void aGoldenHostIsLeft() throws Exception {
        assertThat(decide(after(Given.golden()), Mode.ENFORCE, CALM))
                .isEqualTo(new Decision.Leave());
    }

    @Test
    void anOutdatedHostIsLeft() throws Exception {
        assertThat(decide(after(Appraisal.Outdated.blameless("retired")), Mode.ENFORCE, CALM))
                .isEqualTo(new Decision.Leave());
    }

    @Test
    void whatTheVerifierCouldNotAppraiseIsLeft() throws Exception {
        assertThat(decide(after(new Appraisal.VerifierFault("disk")), Mode.ENFORCE, CALM))
                .isEqualTo(new Decision.Leave());
    }

    @Test
    void whatCouldNotBeMeasuredOnceIsLeft() throws Exception {
        assertThat(decide(after(Given.undetermined()), Mode.ENFORCE, CALM))
                .isEqualTo(new Decision.Leave());
    }

    @Test
    void aDriftedHostIsResetWhereTheGroupEnforces() throws Exception {
        assertThat(decide(after(Given.drifted("x")), Mode.ENFORCE, CALM))
                .isEqualTo(new Decision.Reset(Cause.DRIFT, "drifted: 3 changes"));
    }

    @Test
    void aDriftedHostIsWatchedWhereTheGroupObserves() throws Exception {
        assertThat(decide(after(Given.drifted("x")), Mode.OBSERVE, CALM))
                .isEqualTo(new Decision.Watch(Cause.DRIFT, "drifted: 3 changes", null));
    }

    @Test
    void aDriftedHostWaitsForApprovalWhereTheGroupWantsIt() throws Exception {
        assertThat(decide(after(Given.drifted("x")), Mode.APPROVE, CALM))
                .isEqualTo(
                        new Decision.Hold(
                                Cause.DRIFT, "drifted: 3 changes", "reset waits for approval"));
    }

    @Test
    void driftThatSurvivesARebootNeedsAReplacement() throws Exception {
        assertThat(decide(after(Given.drifted("x", true)), Mode.ENFORCE, CALM))
                .isInstanceOf(Decision.Replace.class);
    }

    @Test
    void aResetWaitsWhileAllSlotsAreTaken() throws Exception {
        assertThat(
                        decide(
                                after(Given.drifted("x")),
                                Mode.ENFORCE,
                                new Situation(false, false, null, null, "no slot")))
                .isInstanceOf(Decision.Hold.class);
    }

    @Test
    void anOperatorsHoldKeepsAHostUntilItExpires() throws Exception {
        Host host = after(Given.drifted("x"));
        Hold hold = new Hold("op", "forensics", NOON.plusSeconds(60));

        assertThat(decide(host.withHold(hold), Mode.ENFORCE, CALM))
                .isInstanceOf(Decision.Hold.class);
        assertThat(
                        ResetPolicy.decide(
                                host.withHold(hold),
                                Given.group(Mode.ENFORCE),
                                CALM,
                                NOON.plusSeconds(60)))
                .isInstanceOf(Decision.Reset.class);
    }

    @Test
    void aHostThatWasResetThreeTimesInADayIsQuarantined() throws Exception {
        Host host = after(Given.drifted("x"));
        List<Instant> resets =
                IntStream.range(0, 3).mapToObj(i -> NOON.minus(Duration.ofHours(i))).toList();
        for (Instant reset : resets.reversed()) {
            host = host.withHistory(host.history().withResetAt(reset));
        }

        assertThat(decide(host, Mode.ENFORCE, CALM)).isInstanceOf(Decision.Quarantine.class);
    }

    @Test
    void resetsOfYesterdayDoNotCount() throws Exception {
        Host host = after(Given.drifted("x"));
        for (int i = 0; i < 3; i++) {
            host = host.withHistory(host.history().withResetAt(NOON.minus(Duration.ofHours(25))));
        }

        assertThat(decide(host, Mode.ENFORCE, CALM)).isInstanceOf(Decision.Reset.class);
    }

    @Test
    void aQuarantinedHostIsLeft() throws Exception {
        Host host = after(Given.drifted("x")).withQuarantine(new Quarantine("cloned", NOON, null));

        assertThat(decide(host, Mode.ENFORCE, CALM)).isEqualTo(new Decision.Leave());
    }

    @Test
    void aHostThatIsSilentTooLongIsReset() throws Exception {
        assertThat(
                        decide(
                                after(Given.golden()),
                                Mode.ENFORCE,
                                new Situation(true, false, null, null, null)))
                .isEqualTo(
                        new Decision.Reset(
                                Cause.SILENT, "silent for longer than its group allows"));
    }

    @Test
    void hostsThatAreSilentTogetherAreLeft() throws Exception {
        assertThat(
                        decide(
                                after(Given.golden()),
                                Mode.ENFORCE,
                                new Situation(true, true, null, null, null)))
                .isEqualTo(new Decision.Leave());
    }

    @Test
    void aDriftedHostIsResetAlsoWhileManyAreSilent() throws Exception {
        assertThat(
                        decide(
                                after(Given.drifted("x")),
                                Mode.ENFORCE,
                                new Situation(true, true, null, null, null)))
                .isInstanceOf(Decision.Reset.class);
    }

    @Test
    void flappingIsAnsweredLikeDrift() throws Exception {
        Host host =
                after(
                        Given.undetermined(),
                        Given.golden(),
                        Given.undetermined(),
                        Given.golden(),
                        Given.undetermined());

        assertThat(decide(host, Mode.ENFORCE, CALM))
                .isEqualTo(new Decision.Reset(Cause.FLAPPING, "could not be measured 3 times"));
    }
}
