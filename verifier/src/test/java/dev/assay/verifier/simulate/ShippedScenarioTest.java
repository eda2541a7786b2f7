package dev.assay.verifier.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.fleet.EventType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What each shipped scenario comes to, whatever the seed.
final class ShippedScenarioTest {
    private static final long SEED = 7;

    static List<String> shipped() {
        return Scenario.SHIPPED;
    }

    private static Report run(String name) {
        return run(name, SEED);
    }

    private static Report run(String name, long seed) {
        Scenario scenario = Scenario.shipped(name);
        return new Simulation(
                        scenario, scenario.hosts(), seed, Simulation.settings(scenario, Map.of()))
                .run(scenario.minutes());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void theLawsHoldAndTheTimelineIsReadable(String name) {
        Report report = run(name, 11);

        assertThat(report.breaches()).isEmpty();
        assertThat(report.timeline()).hasSizeBetween(1, 40);
    }

    @Test
    void theSameSeedGivesTheSameTimeline() {
        assertThat(run("campaign", 3).lines()).isEqualTo(run("campaign", 3).lines());
        assertThat(run("campaign", 3).lines()).isNotEqualTo(run("campaign", 4).lines());
    }

    @Test
    void oneIntrusionIsContainedAndHealedWithinMinutes() {
        Report report = run("one-intrusion");

        assertThat(report.figures().resets()).isEqualTo(1);
        assertThat(report.figures().containedSeconds()).isLessThan(40);
        assertThat(report.figures().healedSeconds()).isLessThan(300);
        assertThat(report.states()).isEqualTo(Map.of("golden", 200));
    }

    @Test
    void aCampaignIsHealedWithinItsBudget() {
        Report report = run("campaign");

        assertThat(report.figures().mostDown()).isLessThanOrEqualTo(10);
        assertThat(report.figures().falseResets()).isZero();
        assertThat(report.states()).isEqualTo(Map.of("golden", 200));
    }

    @Test
    void aBadBaselineIsFoundAndPardonedWithoutResettingTheFleet() {
        Report report = run("bad-baseline");

        assertThat(report.findings()).containsOnly("bad-baseline");
        // Those before so many drifted alike that it was told from an intrusion, and the canary.
        assertThat(report.figures().resets()).isLessThan(30);
        assertThat(report.events().get(EventType.PARDONED)).isGreaterThan(30);
        assertThat(report.states()).isEqualTo(Map.of("golden", 200));
    }

    @Test
    void aSplitNetworkResetsNobody() {
        Report report = run("zone-split");

        assertThat(report.figures().resets()).isZero();
        assertThat(report.events()).containsEntry(EventType.SILENCE_TOGETHER, 1);
        assertThat(report.states()).isEqualTo(Map.of("golden", 200));
    }

    @Test
    void anOutageOfTheVerifierResetsNobody() {
        Report report = run("verifier-outage");

        assertThat(report.figures().resets()).isZero();
        assertThat(report.states()).isEqualTo(Map.of("golden", 200));
    }

    @Test
    void flappingDisksEndWithAPerson() {
        Report report = run("flapping-disks");

        assertThat(report.figures().quarantined()).isPositive();
        assertThat(report.figures().falseResets()).isZero();
    }

    @Test
    void aDeadExecutorLeadsToTheNextRung() {
        Report report = run("dead-executor");

        assertThat(report.events().get(EventType.RESET_ESCALATED))
                .isEqualTo(2 * report.figures().resets());
        assertThat(report.figures().quarantined()).isZero();
        assertThat(report.states()).isEqualTo(Map.of("golden", 200));
    }

    @Test
    void aNewMeasurementVersionResetsNobody() {
        Report report = run("new-measurement-version");

        assertThat(report.figures().resets()).isZero();
        assertThat(report.events()).containsEntry(EventType.OUTDATED, 200);
        assertThat(report.states()).isEqualTo(Map.of("golden", 200));
    }

    @Test
    void dailyNoiseNeverTripsTheBreaker() {
        Report report = run("daily-noise");

        assertThat(report.figures().resets()).isEqualTo(5);
        assertThat(report.events()).doesNotContainKey(EventType.BREAKER_TRIPPED);
    }

    @Test
    void anIntruderWhoChangesManyAlikeGainsOneReset() {
        Report report = run("halt-by-likeness");

        assertThat(report.findings()).isNotEmpty().containsOnly("attack");
        assertThat(report.figures().containedEachSeconds()).isLessThan(40);
        assertThat(report.figures().mostDown()).isLessThanOrEqualTo(10);
        assertThat(report.figures().unhealed()).isZero();
    }

    @Test
    void anIntruderWhoChangesFilesWithoutEndNeverTakesMoreThanTheBudget() {
        Report report = run("random-files");

        assertThat(report.events()).containsKey(EventType.BREAKER_TRIPPED);
        assertThat(report.figures().mostDown()).isLessThanOrEqualTo(10);
        // Three a day and host, and then a person.
        assertThat(report.figures().quarantined()).isPositive();
        assertThat(report.states().keySet()).isSubsetOf("golden", "quarantined");
    }
}
