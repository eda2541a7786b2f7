package dev.assay.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A new image whose baseline nobody captured: the verifier says so, the operator amends and signs,
/// and the hosts go on without one reboot.
final class FalseAlarmIT {
    private static final List<String> HOSTS = List.of("web-1", "web-2", "web-3", "web-4");

    @TempDir private Path folder;

    @Test
    void anInnocentChangeOnAllHostsIsAmendedAndNobodyIsReset() throws Exception {
        // Time enough to sign: a reset is announced and waits for the drain.
        try (SmallFleet small = new SmallFleet(folder, Map.of("drainMillis", 600_000))) {
            small.fleet().addHosts(HOSTS);
            for (SimulatedHost host : small.fleet().hosts()) {
                small.awaitHost(host, SmallFleet::admitted);
            }
            bootANewImage(small);
            for (SimulatedHost host : small.fleet().hosts()) {
                small.awaitHost(
                        host,
                        found -> found.hasNonNull("drift") && found.path("drifts").asLong() == 2);
            }
            List<String> boots = boots(small);

            String id = onlyIncident(small);
            assertThat(attestVerifier(small, "incident", "show", id.substring(0, 12)))
                    .contains("likely bad baseline", "4 from the first measurement on", "greeting");
            amendSignAndPublish(small, id);
            for (SimulatedHost host : small.fleet().hosts()) {
                small.awaitState(host, "golden");
            }

            assertThat(boots(small)).isEqualTo(boots);
            assertThat(events(small)).contains("\"pardoned\"").doesNotContain("\"reset-ordered\"");
            for (SimulatedHost host : small.fleet().hosts()) {
                assertThat(host.isResetOrdered()).isFalse();
                assertThat(small.fleet().state(host).path("reset").path("status").asString("none"))
                        .isIn("none", "withdrawn");
            }
            JsonNode over = small.fleet().verifier().api().get("/v1/incidents/" + id);
            assertThat(over.get("open").asInt()).isZero();
            assertThat(over.get("hosts").size()).isEqualTo(HOSTS.size());
            anIntruderIsStillFound(small);
        }
    }

    private static void bootANewImage(SmallFleet small) throws IOException {
        Path etc = Files.createDirectories(small.fleet().image().disk().resolve("etc"));
        Files.writeString(etc.resolve("greeting"), "Welcome to the new image.\n");
        for (SimulatedHost host : small.fleet().hosts()) {
            host.stopAgent();
            host.newBoot();
            host.startAgent();
        }
    }

    private static List<String> boots(SmallFleet small) throws IOException, InterruptedException {
        List<String> boots = new ArrayList<>();
        for (SimulatedHost host : small.fleet().hosts()) {
            boots.add(small.fleet().state(host).get("boot").asString());
        }
        return boots;
    }

    private static String onlyIncident(SmallFleet small) {
        return await("one incident of all hosts")
                .atMost(SmallFleet.DEADLINE)
                .until(
                        () -> small.fleet().verifier().api().get("/v1/incidents").get("incidents"),
                        incidents ->
                                incidents.size() == 1
                                        && incidents.get(0).get("hosts").size() == HOSTS.size())
                .get(0)
                .get("id")
                .asString();
    }

    private void amendSignAndPublish(SmallFleet small, String id) throws Exception {
        Path next = folder.resolve("next.golden");
        attestVerifier(
                small,
                "baseline",
                "amend",
                "--from-incident",
                id,
                "--class",
                "immutable",
                "--reason",
                "the greeting of the new image",
                "--out",
                next.toString());
        Path key = small.fleet().verifier().data().resolve("keys").resolve("baseline.key");
        Path log = folder.resolve("sign.log");
        Programs.ofSystemProperties()
                .runVerifier(
                        List.of(
                                "baseline",
                                "sign",
                                "--key",
                                key.toString(),
                                "--in",
                                next.toString(),
                                "--out",
                                next.toString()),
                        log,
                        SmallFleet.DEADLINE);
        attestVerifier(small, "baseline", "publish", next.toString());
    }

    private void anIntruderIsStillFound(SmallFleet small) throws IOException {
        SimulatedHost host = small.fleet().hosts().getFirst();
        Files.writeString(host.file("etc/greeting"), "Welcome, and thanks for the keys.\n");
        JsonNode state = small.awaitHost(host, found -> found.get("drifts").asLong() == 1);
        assertThat(SmallFleet.admitted(state)).isFalse();
    }

    /// What the command printed.
    private String attestVerifier(SmallFleet small, String... command) throws Exception {
        Path log = Files.createTempFile(folder, "command", ".log");
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--data", small.fleet().verifier().data().toString()));
        try {
            Programs.ofSystemProperties().runVerifier(all, log, SmallFleet.DEADLINE);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + ": " + Files.readString(log), e);
        }
        return Files.readString(log);
    }

    private static String events(SmallFleet small) throws IOException, InterruptedException {
        return small.fleet().verifier().api().get("/v1/events?after=0&limit=1000").toString();
    }
}
