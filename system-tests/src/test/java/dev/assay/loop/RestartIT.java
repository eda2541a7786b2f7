package dev.assay.loop;

import static dev.assay.loop.SmallFleet.admitted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.rig.SimulatedHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Programs that end at bad moments.
final class RestartIT {
    private static final String PROGRAM = "bin/program-3";

    @TempDir private Path folder = Path.of("");

    @Test
    void everyHostComesBackToItsTrueStateWhateverWasKilledInWhateverOrder()
            throws IOException, InterruptedException {
        try (SmallFleet small = new SmallFleet(folder, Map.of("mode", "observe"))) {
            SimulatedHost golden = small.addHost("golden");
            SimulatedHost drifted = small.addHost("drifted");
            Files.writeString(drifted.file(PROGRAM), "changed");
            small.awaitState(drifted, "drifted");

            golden.stopAgent();
            small.fleet().verifier().kill();
            drifted.stopAgent();
            drifted.startAgent();
            small.fleet().verifier().start();
            assertThat(small.fleet().state(drifted).get("state").asString()).isEqualTo("drifted");
            golden.startAgent();
            small.awaitState(golden, "golden");

            small.fleet().verifier().kill();
            golden.stopAgent();
            small.fleet().verifier().start();
            golden.startAgent();
            JsonNode state = small.awaitState(golden, "golden");
            assertThat(admitted(state)).isTrue();
            assertThat(small.fleet().state(drifted).get("state").asString()).isEqualTo("drifted");

            drifted.stopAgent();
            drifted.newBoot();
            drifted.startAgent();
            small.awaitState(drifted, "golden");
        }
    }

    @Test
    void aResetGoesOnWhenTheVerifierDiesInItsMiddle() throws IOException, InterruptedException {
        try (SmallFleet small = new SmallFleet(folder, Map.of("drainMillis", 1500))) {
            SimulatedHost host = small.addHost("web");
            Files.writeString(host.file(PROGRAM), "changed");
            small.awaitState(host, "reset-pending");
            small.fleet().verifier().kill();
            small.fleet().verifier().start();
            small.awaitReboot(host);
            small.awaitState(host, "golden");
        }
    }

    /// Each round plants a drift, and kills the verifier at a moment of its own while other hosts
    /// keep it busy. What the agent was told by then must be what the verifier says after.
    @Test
    void noVerdictThatWasAnsweredIsLostInTwentyKills() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("RestartIT seed " + seed);
        Random random = new Random(seed);
        Map<String, Object> settings = Map.of("mode", "observe", "intervalMillis", 100);
        try (SmallFleet small = new SmallFleet(folder, settings)) {
            small.addHost("load-1");
            small.addHost("load-2");
            SimulatedHost host = small.addHost("victim");
            int answered = 0;
            for (int round = 0; round < 20; round++) {
                small.awaitState(host, "golden");
                int before = Files.readString(host.log()).length();
                Files.writeString(host.file(PROGRAM), "changed in round " + round);
                Thread.sleep(random.nextInt(900));
                small.fleet().verifier().kill();
                host.stopAgent();
                boolean told =
                        Files.readString(host.log()).substring(before).contains("state=drifted");
                small.fleet().verifier().start();
                String state = small.fleet().state(host).get("state").asString();
                if (told) {
                    answered++;
                    assertThat(state).as("round %d, seed %d", round, seed).isEqualTo("drifted");
                }
                host.newBoot();
                host.startAgent();
            }
            System.out.println("RestartIT " + answered + " of 20 verdicts were answered first");
            assertThat(answered).as("rounds in which the kill came late enough").isPositive();
        }
    }
}
