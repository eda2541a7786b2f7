package dev.assay.loop;

import static dev.assay.loop.SmallFleet.admitted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.rig.SimulatedHost;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What an intruder with root would try so as to stay admitted, one test each.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EvasionIT {
    private static final String PROGRAM = "bin/program-7";
    private static final Duration LIFE = Duration.ofSeconds(20);

    private Path folder;
    private SmallFleet small;

    @BeforeAll
    void startFleet(@TempDir Path temporary) throws IOException, InterruptedException {
        folder = temporary;
        small = new SmallFleet(folder, Map.of("mode", "observe"));
    }

    @AfterAll
    void stopFleet() {
        small.close();
    }

    @Test
    void anAgentThatIsStoppedLosesAdmissionByItself() throws IOException, InterruptedException {
        SimulatedHost host = small.addHost("stopped");
        small.awaitHost(host, SmallFleet::admitted);
        host.stopAgent();
        JsonNode state = small.awaitHost(host, found -> !admitted(found));
        assertThat(state.get("state").asString()).isEqualTo("unknown");
        assertThat(state.get("why").asString()).isEqualTo("silent");
    }

    @Test
    void aFileThatIsRestoredDoesNotBringAdmissionBackInTheSameBoot()
            throws IOException, InterruptedException {
        SimulatedHost host = small.addHost("restored");
        small.awaitHost(host, SmallFleet::admitted);
        String original = Files.readString(host.file(PROGRAM));
        Files.writeString(host.file(PROGRAM), "changed");
        small.awaitState(host, "drifted");
        Files.writeString(host.file(PROGRAM), original);
        long sequence = small.fleet().state(host).get("sequence").asLong();
        JsonNode state =
                small.awaitHost(host, found -> found.get("sequence").asLong() > sequence + 3);
        assertThat(state.get("state").asString()).isEqualTo("drifted");
        assertThat(admitted(state)).isFalse();
        host.stopAgent();
        host.newBoot();
        host.startAgent();
        small.awaitState(host, "golden");
    }

    @Test
    void aFileThatFlapsDoesNotStayAdmitted() throws IOException, InterruptedException {
        SimulatedHost host = small.addHost("flapping");
        small.awaitHost(host, SmallFleet::admitted);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer =
                Thread.startVirtualThread(
                        () -> {
                            while (!stop.get()) {
                                append(host.file(PROGRAM));
                            }
                        });
        try {
            JsonNode state = small.awaitHost(host, found -> !admitted(found));
            assertThat(state.get("state").asString()).isIn("unknown", "drifted");
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    private static void append(Path file) {
        try {
            Files.writeString(file, "x", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void moreDriftThanAReportHoldsIsDriftAllTheSame() throws IOException, InterruptedException {
        SimulatedHost host = small.addHost("flooded");
        small.awaitHost(host, SmallFleet::admitted);
        for (int i = 0; i < 5000; i++) {
            Path many = Files.createDirectories(host.disk().resolve("bin/many-" + i % 50));
            Files.writeString(many.resolve("file-" + i), "x");
        }
        JsonNode state =
                small.awaitHost(
                        host,
                        found ->
                                found.get("state").asString().equals("drifted")
                                        && found.path("drifts").asLong() > 5000);
        assertThat(admitted(state)).isFalse();
    }

    @Test
    void aSecondEnrolmentUnderANameThatExistsIsRefused() throws IOException, InterruptedException {
        SimulatedHost host = small.addHost("taken");
        small.awaitHost(host, SmallFleet::admitted);
        Path impostorState = folder.resolve("impostor");
        Path token = small.fleet().enrolToken("taken");
        try (SimulatedHost impostor = small.fleet().otherHost("taken", impostorState)) {
            Process bootstrap = small.fleet().bootstrap(impostor, token, Duration.ofSeconds(5));
            assertThat(bootstrap.waitFor(LIFE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(bootstrap.exitValue()).isNotZero();
            assertThat(Files.readString(impostor.log())).contains("name");
        }
        small.awaitHost(host, SmallFleet::admitted);
    }

    @Test
    void aCopiedKeyInTwoBootsIsFoundAsAClone() throws IOException, InterruptedException {
        SimulatedHost host = small.addHost("copied");
        small.awaitHost(host, SmallFleet::admitted);
        try (SimulatedHost clone = small.fleet().otherHost("copied", folder.resolve("clone"))) {
            copy(host.state(), clone.state());
            clone.setBootId(UUID.randomUUID().toString());
            clone.startAgent();
            JsonNode state = small.awaitState(host, "quarantined");
            assertThat(state.get("because").asString()).contains("clone");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes ignored)
                            throws IOException {
                        Files.copy(at, to.resolve(from.relativize(at)), ATTRIBUTES);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path at, BasicFileAttributes ignored)
                            throws IOException {
                        Files.copy(at, to.resolve(from.relativize(at)), ATTRIBUTES);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static final CopyOption[] ATTRIBUTES = {
        StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS
    };

    @Test
    void aPristineCopyMeasuredInsteadOfTheHostIsRefusedWhereSimulationIs()
            throws IOException, InterruptedException {
        SimulatedHost host = small.addHost("pristine");
        small.awaitHost(host, SmallFleet::admitted);
        small.fleet().patchGroup(Map.of("allowSimulated", false));
        try {
            JsonNode state = small.awaitHost(host, found -> !admitted(found));
            assertThat(state.get("state").asString()).isEqualTo("unknown");
            await().atMost(SmallFleet.DEADLINE)
                    .until(() -> Files.readString(host.log()).contains("simulated"));
        } finally {
            small.fleet().patchGroup(Map.of("allowSimulated", true));
        }
        small.awaitHost(host, SmallFleet::admitted);
    }
}
