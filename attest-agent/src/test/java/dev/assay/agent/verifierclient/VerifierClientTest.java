package dev.assay.agent.verifierclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.agent.stub.StubVerifier;
import dev.assay.agent.stub.TestBaseline;
import dev.assay.agent.stub.TestHost;
import dev.assay.agent.stub.TestTrust;
import dev.assay.agent.verifierclient.VerifierClient.Asker;
import dev.assay.agent.verifierclient.VerifierClient.Deadlines;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VerifierClientTest {
    private static final Deadlines DEADLINES =
            new Deadlines(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));

    @TempDir Path folder;
    private final TestHost host = new TestHost();
    private final Asker asker =
            new Asker("web-1", host.boot(), SigningKey.generate(KeyType.ECDSA_P256));
    private StubVerifier verifier;
    private VerifierClient client;

    @BeforeEach
    void start() throws IOException {
        TestTrust trust = new TestTrust();
        verifier = new StubVerifier(trust);
        client =
                new VerifierClient(
                        verifier.url(), trust.root(1).tls(), DEADLINES, InstantSource.system());
    }

    @AfterEach
    void stop() {
        client.close();
        verifier.close();
    }

    private void submit() throws VerifierException, IOException {
        client.submit(
                asker,
                challenge ->
                        new Submission(
                                Envelope.sign("application/json", Bytes.utf8("{}"), asker.key()),
                                null,
                                null));
    }

    @Test
    void anAnswerLongerThanItMayBeIsRefusedBeforeItIsKept() {
        verifier.override(
                Protocol.CHALLENGE,
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    byte[] mebibyte = new byte[1 << 20];
                    for (int i = 0; i < 64; i++) {
                        exchange.getResponseBody().write(mebibyte);
                    }
                });
        assertThatThrownBy(this::submit)
                .isInstanceOf(VerifierException.Malformed.class)
                .hasMessageContaining("longer");
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        try (StubVerifier other = new StubVerifier(verifier.trust)) {
            verifier.override(
                    Protocol.CHALLENGE,
                    exchange -> {
                        exchange.getResponseHeaders()
                                .add("Location", other.url() + Protocol.CHALLENGE);
                        exchange.sendResponseHeaders(307, -1);
                    });
            assertThatThrownBy(this::submit).isInstanceOf(VerifierException.Refused.class);
            assertThat(other.requests).isEmpty();
        }
    }

    @Test
    void aProblemIsARefusalWithItsWord() {
        verifier.override(Protocol.CHALLENGE, StubVerifier.problem(403, "banned"));
        assertThatThrownBy(this::submit)
                .isInstanceOfSatisfying(
                        VerifierException.Refused.class,
                        refused -> {
                            assertThat(refused.word()).isEqualTo("banned");
                            assertThat(refused.status()).isEqualTo(403);
                        });
    }

    @Test
    void aRefusalThatIsNoProblemHasNoWord() {
        verifier.override(
                Protocol.CHALLENGE, StubVerifier.answering(400, "text/html", "<h1>no</h1>"));
        assertThatThrownBy(this::submit)
                .isInstanceOfSatisfying(
                        VerifierException.Refused.class,
                        refused -> assertThat(refused.word()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void aVerifierThatCannotWorkNowIsUnreachable(int status) {
        verifier.override(Protocol.CHALLENGE, StubVerifier.problem(status, "busy"));
        assertThatThrownBy(this::submit).isInstanceOf(VerifierException.Unreachable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"nonce\":null,\"lifeSeconds\":30}",
                "{\"nonce\":\"bm9uY2U=\",\"nonce\":\"bm9uY2U=\",\"lifeSeconds\":30}",
                "{\"nonce\":\"bm9uY2U=\",\"lifeSeconds\":30,\"more\":1}",
                "{\"nonce\":\"bm9uY2U=\",\"lifeSeconds\":30} trailing",
                "{\"nonce\":\"not base64!\",\"lifeSeconds\":30}",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
            })
    void aMalformedChallengeIsSaidToBeSo(String body) {
        verifier.override(
                Protocol.CHALLENGE, StubVerifier.answering(200, "application/json", body));
        assertThatThrownBy(this::submit).isInstanceOf(VerifierException.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"admit\":true,\"nextMillis\":1,\"wantReport\":false,\"trustRootVersion\":1,"
                        + "\"active\":[],\"because\":\"b\",\"result\":\"r\"}",
                "{\"admit\":true,\"nextMillis\":1,\"wantReport\":false,\"trustRootVersion\":1,"
                        + "\"state\":\"s\",\"because\":\"b\",\"result\":\"r\"}",
                "{\"admit\":true,\"nextMillis\":1,\"wantReport\":false,\"trustRootVersion\":1,"
                        + "\"active\":[null],\"state\":\"s\",\"because\":\"b\",\"result\":\"r\"}",
                "{\"nextMillis\":1,\"wantReport\":false,\"trustRootVersion\":1,"
                        + "\"active\":[],\"state\":\"s\",\"because\":\"b\"}"
            })
    void anAnswerToEvidenceThatLacksSomethingIsMalformed(String body) {
        verifier.override(Protocol.EVIDENCE, StubVerifier.answering(200, "application/json", body));
        assertThatThrownBy(this::submit).isInstanceOf(VerifierException.Malformed.class);
    }

    @Test
    void anEnrolmentOfAnotherNameIsMalformed() {
        verifier.override(
                Protocol.ENROL,
                StubVerifier.answering(
                        200,
                        "application/json",
                        "{\"host\":\"web-2\",\"group\":\"web\",\"channel\":\"c\",\"facts\":{}}"));
        assertThatThrownBy(() -> client.enrol(asker, null, "token", "agent", null))
                .isInstanceOf(VerifierException.Malformed.class);
    }

    @Test
    void aManifestLongerThanItsDocumentSaysIsRefused() {
        TestBaseline baseline =
                TestBaseline.of(host.set(), "web-nodes", 1, verifier.trust.baselineKey);
        verifier.publish(baseline);
        ManifestReference whole = baseline.baseline().manifest();
        ManifestReference shorter =
                new ManifestReference(
                        whole.sha256(), whole.bytes() - 1, whole.unpackedBytes(), whole.entries());
        assertThatThrownBy(
                        () ->
                                client.manifest(
                                        asker, baseline.digest(), shorter, folder.resolve("m")))
                .isInstanceOf(VerifierException.Malformed.class);
    }

    @Test
    void aTrustRootThatIsNotThereIsEmpty() throws VerifierException {
        assertThat(client.trustRoot(7)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://verifier:8443",
                "https://",
                "verifier:8443",
                "https://user@verifier",
                "https://verifier/?q",
                "https://verifier/#f",
                "file:///etc/passwd"
            })
    void anAddressThatIsNotPlainHttpsIsRefused(String url) {
        assertThatThrownBy(() -> VerifierClient.requireUrl(URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFinalSlashOfTheAddressIsDropped() {
        assertThat(VerifierClient.requireUrl(URI.create("https://verifier:8443/")))
                .isEqualTo(URI.create("https://verifier:8443"));
    }

    @Test
    void noKeyIsTakenWhereTheTrustRootNamesNone() {
        try (VerifierClient pinless =
                new VerifierClient(verifier.url(), List.of(), DEADLINES, InstantSource.system())) {
            assertThatThrownBy(() -> pinless.trustRoot(1))
                    .isInstanceOf(VerifierException.Unreachable.class);
        }
    }
}
