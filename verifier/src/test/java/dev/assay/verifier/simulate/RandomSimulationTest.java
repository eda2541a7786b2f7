package dev.assay.verifier.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Fleets, settings and happenings by lot. What breaks a law is printed with the command that shows
/// it again.
final class RandomSimulationTest {
    static final int RUNS = Integer.getInteger("assay.simulations", 200);

    @Test
    void theLawsHoldWhateverHappens() {
        List<String> broken =
                LongStream.range(0, RUNS)
                        .parallel()
                        .mapToObj(RandomSimulationTest::broken)
                        .flatMap(Optional::stream)
                        .toList();
        assertThat(broken).isEmpty();
    }

    private static Optional<String> broken(long seed) {
        return run(seed).breaches().stream()
                .findFirst()
                .map(
                        breach ->
                                "./assay simulate --scenario random --seed "
                                        + seed
                                        + "  # "
                                        + breach);
    }

    static Report run(long seed) {
        Scenario scenario = RandomScenario.of(seed);
        return new Simulation(
                        scenario, scenario.hosts(), seed, Simulation.settings(scenario, Map.of()))
                .runToTheEnd();
    }
}
