package dev.assay.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.reset.ResetHandover;
import dev.assay.agent.reset.ResetOrders.Outcome;
import dev.assay.agent.reset.ResetOrders.Refusal;
import dev.assay.agent.stub.TestTrust;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HandedOverTest {
    private static final String HOST = "web-1";
    private static final Duration LIFE = Duration.ofMinutes(5);

    @TempDir private Path folder;
    private final TestTrust trust = new TestTrust();
    private final BootId boot = new BootId("7c1f0000-0000-4000-8000-000000000001");
    private final List<String> resets = new CopyOnWriteArrayList<>();
    private Path from = Path.of("");
    private Path pinned = Path.of("");

    @BeforeEach
    void pin() throws IOException {
        from = Files.createDirectory(folder.resolve("agent"));
        Path guarded = Files.createDirectory(folder.resolve("etc"));
        Files.setPosixFilePermissions(guarded, PosixFilePermissions.fromString("rwxr-xr-x"));
        pinned = trust.pinnedFile(guarded);
    }

    private Envelope order(String host, BootId of, Instant issued) {
        return trust.order("r1", host, of, issued, LIFE);
    }

    private Envelope order() {
        return order(HOST, boot, Instant.now());
    }

    /// By the agent's own means.
    private void handOver(Envelope signed) throws Exception {
        ResetOrder order = Json.parse(signed.payload(), ResetOrder.class, 1 << 16);
        ResetHandover.to(from).reset(order, signed);
    }

    private Optional<Outcome> obey() throws Exception {
        return HandedOver.obey(
                new HandedOver.Settings(
                        from, folder.resolve("root"), pinned, HOST, boot, InstantSource.system()),
                (order, signed) -> resets.add(order.id()));
    }

    private void assertRefused(Refusal reason) throws Exception {
        assertThat(obey())
                .hasValueSatisfying(
                        outcome ->
                                assertThat(outcome)
                                        .isInstanceOfSatisfying(
                                                Outcome.Refused.class,
                                                refused ->
                                                        assertThat(refused.reason())
                                                                .isEqualTo(reason)));
        assertThat(resets).isEmpty();
    }

    @Test
    void anOrderThatIsRightIsObeyedOnce() throws Exception {
        handOver(order());
        assertThat(obey())
                .hasValueSatisfying(o -> assertThat(o).isInstanceOf(Outcome.Accepted.class));
        assertThat(obey())
                .hasValueSatisfying(o -> assertThat(o).isInstanceOf(Outcome.Refused.class));
        assertThat(resets).containsExactly("r1");
    }

    @Test
    void withoutAnOrderNothingIsDone() throws Exception {
        assertThat(obey()).isEmpty();
    }

    @Test
    void anOrderOfAKeyThatMayNotOrderIsRefused() throws Exception {
        SigningKey another = SigningKey.generate(KeyType.ECDSA_P256);
        handOver(trust.order("r1", HOST, boot, Instant.now(), LIFE, another));
        assertRefused(Refusal.NOT_SIGNED);
    }

    @Test
    void anOrderForAnotherHostIsRefused() throws Exception {
        handOver(order("web-2", boot, Instant.now()));
        assertRefused(Refusal.OTHER_HOST);
    }

    @Test
    void anOrderKeptFromAnotherBootIsRefused() throws Exception {
        BootId before = new BootId("7c1f0000-0000-4000-8000-000000000002");
        handOver(order(HOST, before, Instant.now()));
        assertRefused(Refusal.OTHER_BOOT);
    }

    @Test
    void anExpiredOrderIsRefused() throws Exception {
        handOver(order(HOST, boot, Instant.now().minus(LIFE)));
        assertRefused(Refusal.EXPIRED);
    }

    @Test
    void noiseIsRefused() throws Exception {
        Files.writeString(from.resolve(ResetHandover.ORDER), "{\"payload\":");
        assertRefused(Refusal.MALFORMED);
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path elsewhere = folder.resolve("elsewhere.json");
        Files.write(elsewhere, Json.write(order()).toArray());
        Files.createSymbolicLink(from.resolve(ResetHandover.ORDER), elsewhere);
        assertThat(obey()).isEmpty();
        assertThat(resets).isEmpty();
    }

    @Test
    void aFifoIsNotWaitedFor() throws Exception {
        Path fifo = from.resolve(ResetHandover.ORDER);
        assumeTrue(run("mkfifo", fifo.toString()) == 0, "no mkfifo");
        assertThat(obey()).isEmpty();
    }

    @Test
    void theNextTrustRootIsFollowed() throws Exception {
        Files.write(
                from.resolve("trust-root.json"), Json.write(trust.sign(trust.root(2))).toArray());
        handOver(order());
        assertThat(obey())
                .hasValueSatisfying(o -> assertThat(o).isInstanceOf(Outcome.Accepted.class));
    }

    @Test
    void aTrustRootOfTheAgentsOwnMakingIsNotFollowed() throws Exception {
        TestTrust intruder = new TestTrust();
        Files.write(
                from.resolve("trust-root.json"),
                Json.write(intruder.sign(intruder.root(2))).toArray());
        handOver(intruder.order("r1", HOST, boot, Instant.now(), LIFE));
        assertRefused(Refusal.NOT_SIGNED);
    }

    @Test
    void aPinnedTrustRootThatOthersCanWriteIsNone() throws Exception {
        Files.setPosixFilePermissions(pinned, PosixFilePermissions.fromString("rw-rw-r--"));
        handOver(order());
        assertThatThrownBy(this::obey)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("can be replaced by others");
    }

    /// The real program, and a folder that is another user's.
    @Test
    void anotherUsersOrderIsObeyedByTheProgram() throws Exception {
        assumeTrue(run("setpriv", "--reuid", "65534", "true") == 0, "not root, or no setpriv");
        BootId now =
                new BootId(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        Path agents = Files.createTempDirectory("assay-handover");
        Path order = agents.resolve(ResetHandover.ORDER);
        Path done = folder.resolve("done");
        try {
            Files.write(order, Json.write(order(HOST, now, Instant.now())).toArray());
            assertThat(run("chown", "-R", "65534", agents.toString())).isZero();
            assertThat(resetOrder(agents, done)).isZero();
            assertThat(done).exists();
            Files.delete(done);
            assertThat(resetOrder(agents, done)).as("obeyed before").isZero();
            assertThat(done).doesNotExist();
        } finally {
            Files.deleteIfExists(order);
            Files.delete(agents);
        }
    }

    private int resetOrder(Path agents, Path done) throws Exception {
        return run(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.assay.agent.cli.AgentMain",
                "reset-order",
                "--from",
                agents.toString(),
                "--state",
                folder.resolve("state").toString(),
                "--trust-root",
                pinned.toString(),
                "--host",
                HOST,
                "--reset-command",
                "touch",
                done.toString());
    }

    private static int run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
