package dev.assay.storm;

import static org.awaitility.Awaitility.await;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.KernelSource;
import dev.assay.agent.measure.Measurer;
import dev.assay.agent.measure.Progress;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.rig.Fleet;
import dev.assay.rig.GoldenImage;
import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import dev.assay.scope.Facts;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// A real verifier, a host of {@link StormTree} that is enrolled there, and between the two a relay
/// that sees what the agent says. The group's interval is so long that only changes bring evidence.
final class WatchedHost implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMinutes(10);
    static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int MAX_NUMBERS_BYTES = 4096;
    private static final Duration POLL = Duration.ofMillis(10);
    private static final int FILES = 2000;

    private final Path scopeFile;
    private final CompiledScope scope;
    private final StormTree tree;
    private final Fleet fleet;
    private final SimulatedHost host;
    private final Relay relay;

    /// Enrols it and proves it golden. The agent does not run yet.
    WatchedHost(Path folder, RandomGenerator random) throws IOException, InterruptedException {
        tree = StormTree.make(Files.createDirectories(folder.resolve("disk")), FILES, random);
        scopeFile = tree.writeScope(folder);
        scope = scope(scopeFile);
        Path place = Files.createDirectories(folder.resolve("fleet"));
        fleet =
                new Fleet(
                        Programs.ofSystemProperties(),
                        place,
                        GoldenImage.inPlace(tree.root(), place),
                        scopeFile.toString());
        fleet.start(
                Map.of(
                        "mode",
                        "observe",
                        "allowSimulated",
                        true,
                        "intervalMillis",
                        INTERVAL.toMillis()));
        relay = new Relay(fleet.verifier());
        host = fleet.otherHost("storm", folder.resolve("host"));
        Process bootstrap = fleet.bootstrap(host, fleet.enrolToken(host.name()), DEADLINE);
        if (!bootstrap.waitFor(2 * DEADLINE.toSeconds(), TimeUnit.SECONDS)
                || bootstrap.exitValue() != 0) {
            throw new IOException("not enrolled: " + Files.readString(host.log()));
        }
    }

    private static CompiledScope scope(Path file) throws IOException {
        try {
            return CompiledScope.of(Scope.parse(Bytes.copyOf(Files.readAllBytes(file))));
        } catch (MalformedInputException e) {
            throw new IOException(e);
        }
    }

    StormTree tree() {
        return tree;
    }

    Path scopeFile() {
        return scopeFile;
    }

    Fleet fleet() {
        return fleet;
    }

    SimulatedHost host() {
        return host;
    }

    List<Relay.Accepted> accepted() {
        return relay.accepted();
    }

    /// The root of what is there now, read in full and by nobody's memory.
    Digest freshRoot() throws IOException {
        return Measurer.of(scope, List.of(), Facts.NONE, KernelSource.NONE)
                .measure(tree.root(), Progress.NONE)
                .set()
                .roots()
                .total();
    }

    void startAgent() throws IOException {
        host.startAgent(List.of("--verifier", relay.url().toString()));
    }

    /// Starts the agent and returns its first evidence. What the one before it sent as it was
    /// killed may be accepted still, and has a number that was reserved before.
    Relay.Accepted firstEvidence() throws IOException {
        long reserved = reserved();
        startAgent();
        await("the agent's first evidence; its log is " + host.log())
                .atMost(DEADLINE)
                .pollInterval(POLL)
                .until(() -> after(reserved).findFirst().isPresent());
        return after(reserved).findFirst().orElseThrow();
    }

    private Stream<Relay.Accepted> after(long sequence) {
        return accepted().stream().filter(one -> one.evidence().sequence() > sequence);
    }

    private long reserved() throws IOException {
        Path numbers = host.state().resolve("sequence.json");
        if (!Files.exists(numbers)) {
            return 0;
        }
        try {
            return Json.parseTree(Bytes.copyOf(Files.readAllBytes(numbers)), MAX_NUMBERS_BYTES)
                    .path("reserved")
                    .asLong();
        } catch (MalformedInputException e) {
            throw new IOException(e);
        }
    }

    /// Sends the agent a signal.
    void signal(String name) throws IOException, InterruptedException {
        long pid = host.agent().orElseThrow(() -> new IOException("the agent is gone")).pid();
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        if (exit != 0) {
            throw new IOException("kill -" + name + " ended with " + exit);
        }
    }

    @Override
    public void close() {
        host.close();
        relay.close();
        fleet.close();
    }
}
