package dev.assay.loop;

import static org.awaitility.Awaitility.await;

import dev.assay.rig.Fleet;
import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import dev.assay.rig.TreeScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// A fleet of a few dozen small files, which is measured in no time.
final class SmallFleet implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(40);
    private static final Duration POLL = Duration.ofMillis(40);
    private static final int FILES = 40;

    private final Fleet fleet;

    /// @param settings of the group that differ from those of a quick test
    SmallFleet(Path folder, Map<String, Object> settings) throws IOException, InterruptedException {
        Path source = Files.createDirectories(folder.resolve("source"));
        for (int i = 0; i < FILES; i++) {
            Path bin = Files.createDirectories(source.resolve("bin"));
            Files.writeString(bin.resolve("program-" + i), "#!/bin/sh\necho " + i + "\n");
        }
        this.fleet =
                new Fleet(
                        Programs.ofSystemProperties(),
                        folder.resolve("fleet"),
                        source,
                        TreeScope.write(folder).toString());
        Map<String, Object> all = new HashMap<>();
        all.put("mode", "enforce");
        all.put("intervalMillis", 300);
        all.put("drainMillis", 500);
        all.put("allowSimulated", true);
        all.put("budget", "5");
        all.putAll(settings);
        fleet.start(all);
    }

    Fleet fleet() {
        return fleet;
    }

    SimulatedHost addHost(String name) throws IOException, InterruptedException {
        fleet.addHosts(List.of(name));
        return fleet.hosts().getLast();
    }

    JsonNode awaitState(SimulatedHost host, String state) {
        return awaitHost(host, found -> found.get("state").asString().equals(state));
    }

    JsonNode awaitHost(SimulatedHost host, Predicate<JsonNode> wanted) {
        return await("host " + host.name())
                .atMost(DEADLINE)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> fleet.state(host), wanted);
    }

    /// Waits until the host's agent obeyed its order, and lets it boot anew.
    void awaitReboot(SimulatedHost host) throws IOException {
        await("order for " + host.name())
                .atMost(DEADLINE)
                .pollInterval(POLL)
                .until(host::isResetOrdered);
        host.rebootIfOrdered();
        host.startAgent();
    }

    static boolean admitted(JsonNode host) {
        return host.get("admit").asBoolean();
    }

    @Override
    public void close() {
        fleet.close();
    }
}
