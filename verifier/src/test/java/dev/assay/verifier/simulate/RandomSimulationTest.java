package dev.assay.verifier.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Fleets, settings and happenings by lot. What breaks a law is printed with the command that shows
/// it again.
final class RandomSimulationTest {
    private static final int RUNS = Integer.getInteger("assay.simulations", 500);

    @Test
    void theLawsHoldWhateverHappens() {
        List<String> broken = new ArrayList<>();
        for (long seed = 0; seed < RUNS; seed++) {
            List<String> breaches = run(seed).breaches();
            if (!breaches.isEmpty()) {
                broken.add(
                        "./assay simulate --scenario random --seed "
                                + seed
                                + "  # "
                                + breaches.getFirst());
            }
        }
        assertThat(broken).isEmpty();
    }

    static Report run(long seed) {
        Scenario scenario = RandomScenario.of(seed);
        return new Simulation(
                        scenario, scenario.hosts(), seed, Simulation.settings(scenario, Map.of()))
                .runToTheEnd();
    }
}
