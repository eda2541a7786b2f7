package dev.assay.agent.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.agent.daemon.Bootstrap.Outcome.Kind;
import dev.assay.agent.daemon.Bootstrap.WhenUnreachable;
import dev.assay.agent.stub.StubVerifier;
import dev.assay.agent.stub.TestTrust;
import dev.assay.agent.verifierclient.VerifierClient.Deadlines;
import dev.assay.evidence.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BootstrapTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(400);

    @TempDir Path folder;
    private AgentBench bench;

    @BeforeEach
    void start() throws IOException {
        bench = new AgentBench(folder);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void aGoldenHostIsAdmittedAndTheResultIsWritten() throws Exception {
        bench.publishHost(1);
        assertThat(bench.bootstrap(LONG).kind()).isEqualTo(Kind.ADMITTED);
        assertThat(folder.resolve("state/result.json")).content().contains("\"admit\" : true");
        assertThat(folder.resolve("state/result.jwt")).hasContent("e30.e30.e30");
        assertThat(bench.verifier.tokens).containsExactly("Bearer s3cret");
        assertThat(bench.verifier.evidence.getFirst().report()).isNull();
    }

    @Test
    void theStateFolderAndTheHostKeyAreTheOwnersAlone() throws Exception {
        bench.publishHost(1);
        bench.bootstrap(LONG);
        assertThat(Files.getPosixFilePermissions(bench.state))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(bench.state.resolve("host.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void anEnrolledHostAttestsAfterARebootWithoutTheTokenFile() throws Exception {
        bench.publishHost(1);
        bench.bootstrap(LONG);
        Files.delete(bench.token);
        bench.host.reboot();
        assertThat(bench.bootstrap(LONG).kind()).isEqualTo(Kind.ADMITTED);
        assertThat(bench.verifier.count(Protocol.ENROL)).isEqualTo(1);
    }

    @Test
    void aHostThatIsNotEnrolledNeedsATokenFile() throws Exception {
        Files.delete(bench.token);
        assertThatThrownBy(() -> bench.bootstrap(LONG))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("--token-file");
    }

    @Test
    void aDriftedHostIsJudgedAtOnceAndItsReportFollowsTheBareRoot() throws Exception {
        bench.publishHost(1);
        bench.host.values.put("kernel/taint", "4096");
        Bootstrap.Outcome outcome = bench.bootstrap(LONG);
        assertThat(outcome.kind()).isEqualTo(Kind.NOT_ADMITTED);
        assertThat(outcome.state()).isEqualTo("drifted");
        assertThat(bench.verifier.evidence).hasSize(2);
        assertThat(bench.verifier.evidence.getFirst().report()).isNull();
        assertThat(requireNonNull(bench.verifier.evidence.getLast().report()).items())
                .singleElement()
                .extracting(item -> item.path().toString())
                .isEqualTo("kernel/taint");
        assertThat(folder.resolve("state/result.json")).content().contains("\"admit\" : false");
    }

    @Test
    void anUnreachableVerifierIsSaidToBeSoWhenTheWaitIsOver() throws Exception {
        bench.verifier.close();
        Bootstrap.Outcome outcome = bench.bootstrap(SHORT);
        assertThat(outcome.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(outcome.because()).startsWith("verifier unreachable");
    }

    @Test
    void unreadyGivesUpAtOnce() throws Exception {
        bench.verifier.close();
        assertThat(bench.bootstrap(Duration.ofHours(1), WhenUnreachable.UNREADY).kind())
                .isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void blockKeepsTryingUntilTheVerifierIsThere() throws Exception {
        bench.publishHost(1);
        AtomicInteger away = new AtomicInteger();
        bench.verifier.override(
                Protocol.CHALLENGE,
                exchange -> {
                    if (away.incrementAndGet() == 3) {
                        bench.verifier.restore(Protocol.CHALLENGE);
                    }
                    exchange.sendResponseHeaders(503, -1);
                });
        assertThat(bench.bootstrap(LONG).kind()).isEqualTo(Kind.ADMITTED);
        assertThat(away).hasValue(3);
    }

    @Test
    void anOldAdmissionDoesNotOutliveTheStartOfABootstrap() throws Exception {
        bench.publishHost(1);
        bench.bootstrap(LONG);
        bench.verifier.close();
        bench.host.reboot();
        bench.bootstrap(SHORT);
        assertThat(folder.resolve("state/result.json")).content().contains("\"admit\" : false");
        assertThat(folder.resolve("state/result.jwt")).doesNotExist();
    }

    @Test
    void anotherKeyThanThePinnedOneIsNoVerifier() throws Exception {
        bench.publishHost(1);
        try (StubVerifier impostor = new StubVerifier(new TestTrust());
                Agent agent = bench.open(impostor.url(), bench.pinned)) {
            Bootstrap.Outcome outcome =
                    agent.bootstrap("web-1", null, bench.token, SHORT, WhenUnreachable.BLOCK);
            assertThat(outcome.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(outcome.because()).contains("not in the trust root");
            assertThat(impostor.tokens).isEmpty();
        }
    }

    @Test
    void aRefusedEnrolmentIsNotTriedAgain() throws Exception {
        bench.verifier.override(Protocol.ENROL, StubVerifier.problem(403, "token-used"));
        Bootstrap.Outcome outcome = bench.bootstrap(Duration.ofHours(1));
        assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
        assertThat(outcome.because()).contains("token-used");
    }

    @Test
    void anAnswerToTheEnrolmentThatWasLostIsAskedForAgainWithTheSameKey() throws Exception {
        bench.publishHost(1);
        bench.verifier.override(
                Protocol.ENROL, StubVerifier.answering(200, "application/json", "{\"host\":"));
        assertThat(bench.bootstrap(SHORT).kind()).isEqualTo(Kind.FAILED);
        byte[] key = Files.readAllBytes(bench.state.resolve("host.key"));
        bench.verifier.restore(Protocol.ENROL);
        assertThat(bench.bootstrap(LONG).kind()).isEqualTo(Kind.ADMITTED);
        assertThat(Files.readAllBytes(bench.state.resolve("host.key"))).isEqualTo(key);
    }

    @Test
    void aHostThatTheVerifierForgotEnrolsAgain() throws Exception {
        bench.publishHost(1);
        bench.bootstrap(LONG);
        bench.verifier.override(
                Protocol.REFERENCE,
                exchange -> {
                    bench.verifier.restore(Protocol.REFERENCE);
                    StubVerifier.problem(403, "unknown-host").handle(exchange);
                });
        assertThat(bench.bootstrap(LONG).kind()).isEqualTo(Kind.ADMITTED);
        assertThat(bench.verifier.count(Protocol.ENROL)).isEqualTo(2);
    }

    @Test
    void aBannedHostIsJudged() throws Exception {
        bench.publishHost(1);
        bench.bootstrap(LONG);
        bench.verifier.override(Protocol.EVIDENCE, StubVerifier.problem(403, "banned"));
        assertThat(bench.bootstrap(Duration.ofHours(1)).kind()).isEqualTo(Kind.NOT_ADMITTED);
    }

    @Test
    void anUnknownHostWithoutATokenWaits() throws Exception {
        bench.publishHost(1);
        bench.bootstrap(LONG);
        Files.delete(bench.token);
        bench.verifier.override(Protocol.EVIDENCE, StubVerifier.problem(403, "unknown-host"));
        assertThat(bench.bootstrap(SHORT).kind()).isEqualTo(Kind.FAILED);
    }

    @Test
    void whatIsNotLatchedIsWaitedFor() throws Exception {
        bench.publishHost(1);
        bench.verifier.judge =
                claimed ->
                        bench.verifier.evidence.size() < 3
                                ? bench.verifier.answer("outdated", false, false)
                                : bench.verifier.judgeByRoot(claimed);
        assertThat(bench.bootstrap(LONG).kind()).isEqualTo(Kind.ADMITTED);
        assertThat(bench.verifier.evidence).hasSize(3);
    }

    @Test
    void twoAgentsDoNotShareAStateFolder() throws Exception {
        try (Agent first = bench.open()) {
            assertThat(first).isNotNull();
            assertThatThrownBy(bench::open)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aVerifierThatTricklesItsAnswerDoesNotHoldTheHost() throws Exception {
        bench.deadlines =
                new Deadlines(
                        Duration.ofSeconds(30), Duration.ofMillis(800), Duration.ofSeconds(30));
        bench.verifier.override(
                Protocol.CHALLENGE,
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    for (int i = 0; i < 1000; i++) {
                        exchange.getResponseBody().write(' ');
                        exchange.getResponseBody().flush();
                        new CompletableFuture<Void>()
                                .completeOnTimeout(null, 100, TimeUnit.MILLISECONDS)
                                .join();
                    }
                });
        assertThat(bench.bootstrap(Duration.ofMillis(1)).kind()).isEqualTo(Kind.UNREACHABLE);
    }
}
