package dev.assay.agent.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.assay.agent.daemon.Bootstrap.Outcome.Kind;
import dev.assay.agent.stub.StubVerifier;
import dev.assay.agent.stub.TestBaseline;
import dev.assay.agent.stub.TestClock;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.PinnedTls;
import dev.assay.signing.SigningKey;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DaemonTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;
    private AgentBench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new AgentBench(folder);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private TestBaseline enrolledWithBaseline() throws Exception {
        TestBaseline baseline = bench.publishHost(1);
        assertThat(bench.bootstrap(PATIENCE).kind()).isEqualTo(Kind.ADMITTED);
        return baseline;
    }

    private Evidence lastEvidence() {
        return bench.verifier.evidence.getLast();
    }

    private interface WhileRunning {
        void then() throws Exception;
    }

    private void running(WhileRunning body) throws Exception {
        try (Agent agent = bench.open(null, null)) {
            Thread loop =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            agent.run(bench.reset);
                                        } catch (StartException | IOException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            try {
                body.then();
            } finally {
                agent.stop();
                loop.join();
            }
        }
    }

    @Test
    void aHostThatIsNotEnrolledCannotRun() {
        assertThatThrownBy(() -> bench.open(null, null)).isInstanceOf(StartException.class);
    }

    @Test
    void itAttestsWhenTheVerifierSaidToComeNext() throws Exception {
        enrolledWithBaseline();
        running(() -> await().atMost(PATIENCE).until(() -> bench.verifier.evidence.size() >= 5));
        assertThat(bench.verifier.evidence)
                .extracting(Evidence::sequence)
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(bench.verifier.count(Protocol.REFERENCE)).isEqualTo(2);
    }

    @Test
    void itReturnsToAVerifierThatWasAway() throws Exception {
        enrolledWithBaseline();
        int port = bench.verifier.port();
        running(
                () -> {
                    await().atMost(PATIENCE).until(() -> bench.verifier.evidence.size() >= 2);
                    bench.verifier.close();
                    try (StubVerifier back = new StubVerifier(bench.trust, port)) {
                        back.active.addAll(bench.verifier.active);
                        await().atMost(PATIENCE).until(() -> back.evidence.size() >= 2);
                    }
                });
    }

    @Test
    void driftOfARunningHostIsReportedInTheSameEvidenceOnceTheManifestIsCached() throws Exception {
        enrolledWithBaseline();
        bench.host.values.put("kernel/module/rootkit", "loaded");
        assertThat(bench.once().kind()).isEqualTo(Kind.NOT_ADMITTED);
        int before = bench.verifier.evidence.size();
        bench.host.values.remove("kernel/taint");
        bench.once();
        assertThat(bench.verifier.evidence).hasSize(before + 1);
        assertThat(requireNonNull(lastEvidence().report()).items())
                .extracting(item -> item.path().toString())
                .containsExactly("kernel/module/rootkit", "kernel/taint");
        assertThat(bench.verifier.count(Protocol.MANIFEST)).isEqualTo(1);
    }

    @Test
    void driftOfAHostThatWasGoldenIsExplainedWithoutAManifest() throws Exception {
        enrolledWithBaseline();
        running(
                () -> {
                    await().atMost(PATIENCE).until(() -> bench.verifier.evidence.size() >= 2);
                    bench.host.values.put("kernel/module/rootkit", "loaded");
                    await().atMost(PATIENCE).until(() -> lastEvidence().report() != null);
                    bench.host.values.remove("kernel/taint");
                    await().atMost(PATIENCE)
                            .until(() -> requireNonNull(lastEvidence().report()).total() == 2);
                });
        assertThat(requireNonNull(lastEvidence().report()).items())
                .extracting(item -> item.path().toString())
                .containsExactly("kernel/module/rootkit", "kernel/taint");
        assertThat(bench.verifier.count(Protocol.MANIFEST)).isZero();
    }

    @Test
    void theBareRootGoesOutWhereTheManifestCannotBeHad() throws Exception {
        enrolledWithBaseline();
        bench.verifier.override(Protocol.MANIFEST, StubVerifier.problem(503, "busy"));
        bench.host.values.put("kernel/taint", "1");
        assertThat(bench.once().state()).isEqualTo("drifted");
        assertThat(lastEvidence().report()).isNull();
        assertThat(requireNonNull(lastEvidence().measured()).root())
                .isEqualTo(bench.host.set().roots().total());
    }

    /// As a bare root it would be a drift, and held against the host until it reboots.
    @Test
    void whatCannotBeReadIsNotReportedWithoutItsName() throws Exception {
        enrolledWithBaseline();
        bench.host.values.remove("kernel/taint");
        bench.host.unreadable.add("kernel/taint");
        int before = bench.verifier.evidence.size();
        bench.once();
        assertThat(bench.verifier.evidence).hasSize(before + 1);
        assertThat(requireNonNull(lastEvidence().report()).items())
                .extracting(item -> item.path().toString())
                .containsExactly("kernel/taint");
    }

    @Test
    void whatCannotBeReadIsReportedAlsoWhereTheManifestCannotBeHad() throws Exception {
        enrolledWithBaseline();
        bench.verifier.override(Protocol.MANIFEST, StubVerifier.problem(503, "busy"));
        bench.host.unreadable.add("kernel/module");
        assertThat(bench.once().state()).isEqualTo("drifted");
        assertThat(lastEvidence().report()).isNull();
    }

    @Test
    void anyActiveBaselineThatMatchesWillDo() throws Exception {
        TestBaseline first = enrolledWithBaseline();
        bench.host.values.put("kernel/release", "6.2.0");
        bench.publishHost(2);
        bench.host.values.put("kernel/release", "6.1.0");
        assertThat(bench.once().kind()).isEqualTo(Kind.ADMITTED);
        assertThat(lastEvidence().baseline()).isEqualTo(first.digest());
    }

    @Test
    void driftIsExplainedAgainstTheHighestSerial() throws Exception {
        enrolledWithBaseline();
        bench.host.values.put("kernel/release", "6.2.0");
        TestBaseline second = bench.publishHost(2);
        bench.host.values.put("kernel/release", "6.6.6");
        bench.once();
        assertThat(lastEvidence().baseline()).isEqualTo(second.digest());
    }

    @Test
    void baselinesOfOneScopeAreMeasuredOnce() throws Exception {
        enrolledWithBaseline();
        bench.host.values.put("kernel/release", "6.2.0");
        bench.publishHost(2);
        bench.host.values.put("kernel/release", "6.6.6");
        int before = bench.host.measured.get();
        bench.once();
        assertThat(bench.host.measured).hasValue(before + 1);
    }

    @Test
    void aNewBaselineIsTakenWhenAnAnswerNamesIt() throws Exception {
        enrolledWithBaseline();
        running(
                () -> {
                    await().atMost(PATIENCE).until(() -> bench.verifier.evidence.size() >= 2);
                    bench.host.values.put("kernel/release", "6.2.0");
                    Digest second = bench.publishHost(2).digest();
                    await().atMost(PATIENCE).until(() -> second.equals(lastEvidence().baseline()));
                });
    }

    @Test
    void withoutASignedBaselineNothingIsMeasured() throws Exception {
        SigningKey stranger = SigningKey.generate(KeyType.ED25519);
        bench.verifier.publish(
                TestBaseline.of(bench.host.set(), StubVerifier.CHANNEL, 1, stranger));
        bench.bootstrap(Duration.ofMillis(1));
        assertThat(bench.host.measured).hasValue(0);
        assertThat(lastEvidence().baseline()).isNull();
        assertThat(lastEvidence().measured()).isNull();
    }

    @Test
    void aForeignBaselineIsNotMeasuredBy() throws Exception {
        bench.verifier.publish(
                TestBaseline.of(bench.host.set(), "db-nodes", 1, bench.trust.baselineKey));
        bench.bootstrap(Duration.ofMillis(1));
        assertThat(bench.host.measured).hasValue(0);
        assertThat(lastEvidence().baseline()).isNull();
    }

    @Test
    void underAnExpiredTrustRootNothingIsMeasured() throws Exception {
        bench.publishHost(1);
        List<Digest> pins = List.of(PinnedTls.pinOf(bench.trust.certificate));
        Path expired = bench.trust.pinnedFile(folder, bench.trust.root(2, pins, Instant.now()));
        try (Agent agent = bench.open(bench.verifier.url(), expired)) {
            agent.bootstrap(
                    "web-1",
                    null,
                    bench.token,
                    Duration.ofMillis(1),
                    Bootstrap.WhenUnreachable.BLOCK);
        }
        assertThat(lastEvidence().baseline()).isNull();
    }

    @Test
    void theTrustRootIsFollowedAndBaselinesAreHeldAgainstTheNewOne() throws Exception {
        enrolledWithBaseline();
        bench.verifier.roots.put(2, bench.trust.sign(bench.trust.root(2)));
        bench.verifier.announcedRoot = 2;
        bench.once();
        assertThat(bench.once().kind()).isEqualTo(Kind.ADMITTED);
        assertThat(bench.verifier.count(Protocol.TRUST_ROOT + 2)).isEqualTo(1);
    }

    @Test
    void aRestartedAgentNeverRepeatsASequenceNumber() throws Exception {
        enrolledWithBaseline();
        bench.once();
        bench.once();
        assertThat(bench.verifier.evidence)
                .extracting(Evidence::sequence)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    @Test
    void aNewBootBeginsAtOne() throws Exception {
        enrolledWithBaseline();
        bench.once();
        bench.host.reboot();
        bench.once();
        assertThat(lastEvidence().sequence()).isEqualTo(1);
    }

    @Test
    void aFolderRestoredFromABackupIsNotRefusedForEver() throws Exception {
        enrolledWithBaseline();
        bench.verifier.override(Protocol.EVIDENCE, StubVerifier.problem(409, "replayed"));
        assertThat(bench.once().kind()).isEqualTo(Kind.FAILED);
        bench.verifier.restore(Protocol.EVIDENCE);
        assertThat(bench.once().kind()).isEqualTo(Kind.ADMITTED);
        assertThat(lastEvidence().sequence()).isGreaterThan(1_000_000);
    }

    @Test
    void aSignedOrderForThisBootIsObeyedOnce() throws Exception {
        enrolledWithBaseline();
        bench.verifier.order = order("r1");
        running(
                () -> {
                    await().atMost(PATIENCE).until(() -> !bench.resets.isEmpty());
                    int seen = bench.verifier.evidence.size();
                    await().atMost(PATIENCE).until(() -> bench.verifier.evidence.size() > seen + 2);
                });
        assertThat(bench.resets).extracting(ResetOrder::id).containsExactly("r1");
    }

    @Test
    void anOrderOfTheBootBeforeIsNotObeyedAfterTheReset() throws Exception {
        enrolledWithBaseline();
        bench.verifier.order = order("r1");
        bench.host.reboot();
        bench.once();
        assertThat(bench.resets).isEmpty();
    }

    private Envelope order(String id) {
        return bench.trust.order(
                id, "web-1", bench.host.boot(), Instant.now(), Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"admit\":true}", "null", "\0\0\0\0"})
    void aHostileAnswerDoesNotEndTheDaemon(String answer) throws Exception {
        enrolledWithBaseline();
        AtomicInteger hostile = new AtomicInteger();
        bench.verifier.override(
                Protocol.EVIDENCE,
                exchange -> {
                    hostile.incrementAndGet();
                    StubVerifier.answering(200, "application/json", answer).handle(exchange);
                });
        running(
                () -> {
                    await().atMost(PATIENCE).until(() -> hostile.get() >= 2);
                    int seen = bench.verifier.evidence.size();
                    bench.verifier.restore(Protocol.EVIDENCE);
                    await().atMost(PATIENCE).until(() -> bench.verifier.evidence.size() > seen);
                });
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
    void aHostileIntervalIsBounded(long nextMillis) throws Exception {
        enrolledWithBaseline();
        bench.verifier.judge =
                claimed -> {
                    EvidenceResponse usual = bench.verifier.judgeByRoot(claimed);
                    return new EvidenceResponse(
                            usual.state(),
                            usual.admit(),
                            usual.because(),
                            usual.result(),
                            nextMillis,
                            usual.active(),
                            false,
                            null,
                            1,
                            null);
                };
        try (Agent agent = bench.open(null, null)) {
            assertThat(agent.once(bench.reset).kind()).isEqualTo(Kind.ADMITTED);
        }
    }

    @Test
    void aFaultOfThisHostIsSaidAndTheNextRoundIsTried() throws Exception {
        enrolledWithBaseline();
        bench.host.failOnceWith(new IllegalStateException("broken"));
        int before = bench.verifier.evidence.size();
        running(
                () ->
                        await().atMost(PATIENCE)
                                .until(() -> bench.verifier.evidence.size() > before));
    }

    private static Stream<Throwable> failures() {
        return Stream.of(
                new IllegalStateException("measuring a file failed"),
                new StackOverflowError(),
                new OutOfMemoryError("Java heap space"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aLookThatFailsWhileAChangeIsAwaitedCountsAsOne(Throwable failure) throws Exception {
        enrolledWithBaseline();
        bench.host.failLooksWith(failure);
        int before = bench.verifier.evidence.size();
        running(
                () ->
                        await().atMost(PATIENCE)
                                .until(() -> bench.verifier.evidence.size() >= before + 3));
        assertThat(bench.host.failedLooks).hasPositiveValue();
    }

    @Test
    void aDamagedEnrolmentAsksForABootstrapAndABootstrapHealsIt() throws Exception {
        enrolledWithBaseline();
        for (String damaged : List.of("", "{\"host\"", "{}", "[]")) {
            Files.writeString(bench.state.resolve("enrolment.json"), damaged);
            assertThatThrownBy(() -> bench.open(null, null))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("bootstrap");
            assertThat(bench.bootstrap(PATIENCE).kind()).isEqualTo(Kind.ADMITTED);
        }
    }

    @Test
    void theEnrolmentOfAnotherKeyIsNotThisHosts() throws Exception {
        enrolledWithBaseline();
        Files.delete(bench.state.resolve("host.key"));
        assertThatThrownBy(() -> bench.open(null, null)).isInstanceOf(StartException.class);
    }

    @Test
    void anOrderIsExpiredByThisHostsOwnClock() throws Exception {
        enrolledWithBaseline();
        bench.verifier.order = order("r1");
        bench.clock = new TestClock(Instant.now().plus(Duration.ofHours(3)));
        bench.once();
        assertThat(bench.resets).isEmpty();
    }

    @Test
    void driftIsReportedAlthoughThePackageDatabaseBreaksItsReader() throws Exception {
        enrolledWithBaseline();
        bench.host.values.put("kernel/module/rootkit", "loaded");
        bench.host.failOwnersWith(new OutOfMemoryError("hostile database"));
        assertThat(bench.once().state()).isEqualTo("drifted");
        assertThat(requireNonNull(lastEvidence().report()).items()).hasSize(1);
    }
}
