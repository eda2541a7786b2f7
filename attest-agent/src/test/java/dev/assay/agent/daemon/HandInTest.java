package dev.assay.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.daemon.Bootstrap.Outcome.Kind;
import dev.assay.agent.exhibit.ExhibitCollector;
import dev.assay.agent.exhibit.ExhibitPatterns;
import dev.assay.agent.stub.StubVerifier;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.ExhibitsRequest;
import dev.assay.signing.Envelope;
import dev.assay.tree.Digest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class HandInTest {
    @TempDir Path folder;
    private AgentBench bench;
    private final AtomicReference<Bytes> handedIn = new AtomicReference<>();

    @BeforeEach
    void start() throws Exception {
        bench = new AgentBench(folder);
        bench.publishHost(1);
        assertThat(bench.bootstrap(Duration.ofSeconds(60)).kind()).isEqualTo(Kind.ADMITTED);
        bench.host.values.put("kernel/module/rootkit", "loaded");
        bench.verifier.wantsExhibits = true;
        bench.verifier.order =
                bench.trust.order(
                        "r1", "web-1", bench.host.boot(), Instant.now(), Duration.ofMinutes(5));
        bench.verifier.takeUploads(handedIn::set);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private void once() throws Exception {
        ExhibitCollector collector =
                new ExhibitCollector(folder, folder, ExhibitPatterns.of(List.of()));
        try (Agent agent = bench.open(null, null)) {
            agent.once(
                    new ResetPlan(
                            collector,
                            null,
                            (order, signed) -> {
                                bench.resets.add(order);
                            }));
        }
    }

    @Test
    void exhibitsAreHandedInBeforeTheReset() throws Exception {
        bench.verifier.takeUploads(
                body -> {
                    assertThat(bench.resets).isEmpty();
                    handedIn.set(body);
                });
        once();
        assertThat(bench.resets).hasSize(1);
        byte[] body = handedIn.get().toArray();
        int feed = 0;
        while (body[feed] != '\n') {
            feed++;
        }
        Bytes packed = Bytes.copyOf(body, feed + 1, body.length);
        Envelope line = Envelope.parse(Bytes.copyOf(body, 0, feed), Exhibits.MAX_LINE_BYTES);
        assertThat(line.payloadType()).isEqualTo(Protocol.EXHIBITS_TYPE);
        ExhibitsRequest request =
                Json.parse(line.payload(), ExhibitsRequest.class, Exhibits.MAX_LINE_BYTES);
        assertThat(request.document()).isEqualTo(Digest.ofContent(packed));
        Exhibits exhibits = Exhibits.unpack(packed);
        assertThat(exhibits.reset()).isEqualTo("r1").isEqualTo(request.reset());
        assertThat(exhibits.boot()).isEqualTo(bench.host.boot()).isEqualTo(request.boot());
        assertThat(exhibits.drifts()).isEqualTo(1);
    }

    @Test
    void withoutTheVerifiersWishNothingIsHandedIn() throws Exception {
        bench.verifier.wantsExhibits = false;
        once();
        assertThat(bench.resets).hasSize(1);
        assertThat(handedIn.get()).isNull();
    }

    @Test
    void aVerifierThatRefusesThemDoesNotStopTheReset() throws Exception {
        bench.verifier.override(Protocol.EXHIBITS, StubVerifier.problem(507, "not-stored"));
        once();
        assertThat(bench.resets).hasSize(1);
    }

    @Test
    void aVerifierThatDoesNotAnswerDelaysTheResetByNoMoreThanTheLimit() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        bench.verifier.override(
                Protocol.EXHIBITS,
                exchange -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        long began = System.nanoTime();
        once();
        never.countDown();
        assertThat(bench.resets).hasSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isLessThan(HandIn.LIMIT.plusSeconds(20));
    }
}
