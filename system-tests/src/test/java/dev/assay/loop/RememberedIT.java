package dev.assay.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.agent.verifierclient.VerifierClient.Asker;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.baseline.Baseline;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Freshness.Pass;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Observed.Culprit;
import dev.assay.evidence.Observed.Touched;
import dev.assay.evidence.Observed.Watch;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.ReferenceResponse;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.rig.SimulatedHost;
import dev.assay.rig.VerifierProcess;
import dev.assay.signing.Envelope;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRoot;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What a verifier makes of evidence that is older than a host's agent would ever send: the agent
/// enrols and proves the host golden, then the test speaks with its key.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RememberedIT {
    private static final long BOUND_SECONDS = 3600;

    private SmallFleet small;
    private VerifierClient client;

    @BeforeAll
    void startFleet(@TempDir Path folder) throws Exception {
        small =
                new SmallFleet(
                        folder,
                        Map.of(
                                "mode",
                                "observe",
                                "intervalMillis",
                                60_000,
                                "maxDigestAgeSeconds",
                                BOUND_SECONDS));
        VerifierProcess verifier = small.fleet().verifier();
        Bytes pinned = Bytes.copyOf(Files.readAllBytes(verifier.trustRootFile()));
        List<Digest> tls =
                TrustRoot.pinned(Envelope.parse(pinned, 2 * TrustRoot.MAX_BYTES)).value().tls();
        client =
                new VerifierClient(
                        verifier.url(),
                        tls,
                        VerifierClient.Deadlines.USUAL,
                        InstantSource.system());
    }

    @AfterAll
    void stopFleet() {
        client.close();
        small.close();
    }

    /// A host whose agent proved it golden and is gone, and whose key the test has.
    private final class Impostor {
        private final SimulatedHost host;
        private final Asker asker;
        private final Digest digest;
        private final Baseline baseline;
        private long sequence;

        Impostor(String name) throws Exception {
            host = small.addHost(name);
            JsonNode seen = small.awaitHost(host, SmallFleet::admitted);
            host.stopAgent();
            SigningKey key = SigningKey.read(host.state().resolve("host.key"));
            asker = new Asker(name, new BootId(host.boot()), key);
            ReferenceResponse reference = client.reference(asker, List.of());
            digest = reference.active().getFirst();
            baseline = Baseline.parseStatement(reference.documents().getFirst().payload());
            // Past those that the agent had reserved and may have used in the meantime.
            sequence = seen.get("sequence").asLong() + 1000;
        }

        EvidenceResponse say(Freshness freshness, @Nullable Observed observed)
                throws VerifierException, IOException {
            return say(freshness, observed, json -> json);
        }

        EvidenceResponse say(
                Freshness freshness, @Nullable Observed observed, UnaryOperator<String> lie)
                throws VerifierException, IOException {
            sequence++;
            return client.submit(
                    asker,
                    challenge -> {
                        Evidence evidence = golden(challenge.nonce(), freshness, observed);
                        String json = lie.apply(Json.write(evidence).lossyText());
                        return new Submission(
                                Envelope.sign(Evidence.PAYLOAD_TYPE, Bytes.utf8(json), asker.key()),
                                null,
                                null);
                    });
        }

        private Evidence golden(Bytes nonce, Freshness freshness, @Nullable Observed observed) {
            return new Evidence(
                    asker.host(),
                    asker.boot(),
                    sequence,
                    nonce,
                    baseline.measurementVersion(),
                    new Evidence.Source("/", "/", "captured", true),
                    digest,
                    new Evidence.Measured(
                            baseline.root(),
                            baseline.subtrees(),
                            baseline.coverage(),
                            0.1,
                            0,
                            freshness),
                    null,
                    new TreeMap<>(),
                    observed,
                    "a test");
        }

        JsonNode seen() throws Exception {
            return small.fleet().state(host);
        }
    }

    @Test
    void aHostThatReliesOnOldDigestsLosesAdmissionWithThatReason() throws Exception {
        Impostor host = new Impostor("forgetful");
        assertThat(host.say(new Freshness(Pass.WATCHED, BOUND_SECONDS), null).admit()).isTrue();

        EvidenceResponse answer = host.say(new Freshness(Pass.WATCHED, 2 * BOUND_SECONDS), null);

        assertThat(answer.admit()).isFalse();
        JsonNode seen = host.seen();
        assertThat(seen.get("admit").asBoolean()).isFalse();
        assertThat(seen.get("state").asString()).isEqualTo("unknown");
        assertThat(seen.get("why").asString()).isEqualTo("host-fault");
        assertThat(seen.get("because").asString()).isEqualTo("unknown: relies on digests 2 h old");
        assertThat(seen.get("freshness").get("pass").asString()).isEqualTo("watched");
        assertThat(seen.get("freshness").get("oldestDigestSeconds").asLong()).isEqualTo(7200);
        assertThat(host.say(Freshness.FULL, null).admit()).as("read again").isTrue();
    }

    @Test
    void aHostThatSaysItReadEverythingAndRemembersSomeIsRefused() throws Exception {
        Impostor host = new Impostor("contradictory");

        assertThatThrownBy(
                        () ->
                                host.say(
                                        new Freshness(Pass.WATCHED, 5),
                                        null,
                                        json -> json.replace("watched", "full")))
                .isInstanceOfSatisfying(
                        VerifierException.Refused.class,
                        e -> assertThat(e.word()).isEqualTo("malformed"));
        assertThat(host.seen().get("admit").asBoolean()).isTrue();
    }

    @Test
    void aTouchedPathIsAnEventForPeopleAndTheHostStaysAdmitted() throws Exception {
        Impostor host = new Impostor("touched");
        Observed observed =
                new Observed(
                        Watch.FANOTIFY,
                        2,
                        List.of(
                                new Touched(
                                        NodePath.of("fs/bin/program-3"),
                                        Instant.now(),
                                        Culprit.of(77, "/usr/bin/vi", 1000L, null))));

        assertThat(host.say(Freshness.FULL, observed).admit()).isTrue();

        assertThat(host.seen().get("watching").get("means").asString()).isEqualTo("fanotify");
        assertThat(host.seen().get("watching").get("lost").asLong()).isEqualTo(2);
        List<JsonNode> all = new ArrayList<>();
        small.fleet().verifier().api().get("/v1/events").get("events").forEach(all::add);
        all.removeIf(event -> !event.get("type").asString().equals("touched"));
        assertThat(all).as("told once").hasSize(1);
        JsonNode told = all.getFirst().get("details");
        assertThat(told.get("path").asString()).isEqualTo("fs/bin/program-3");
        assertThat(told.get("basis").asString()).isEqualTo("unattested");
        assertThat(told.get("because").asString()).contains("/usr/bin/vi (pid 77, login 1000)");
    }
}
