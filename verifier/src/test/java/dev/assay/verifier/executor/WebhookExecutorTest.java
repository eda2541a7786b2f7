package dev.assay.verifier.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.OpenSsh;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.Executor.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.FutureTask;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class WebhookExecutorTest {
    /// The example of the specification's reference libraries.
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String RECORD =
            "{\"restarted\":true,\"id\":\"op-9\",\"at\":\"2026-11-23T12:00:03Z\"}";

    @TempDir private Path folder;
    private Path secretFile;

    @BeforeEach
    void writeSecret() throws IOException {
        secretFile = Given.secret(folder.resolve("hook.secret"), SECRET + "\n");
    }

    private Outcome ask(String url) throws Exception {
        return ask(url, Given.LONG);
    }

    private Outcome ask(String url, Duration timeout) throws Exception {
        return WebhookExecutor.of("hook", url, secretFile, timeout, Given.CLOCK)
                .reset(Given.task());
    }

    private static String why(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome).why();
    }

    /// Written from the specification's text alone.
    private static String signature(String secret, Loopback.Asked asked) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(
                new SecretKeySpec(
                        Base64.getDecoder().decode(secret.substring("whsec_".length())),
                        "HmacSHA256"));
        String content =
                asked.headers().get("webhook-id")
                        + "."
                        + asked.headers().get("webhook-timestamp")
                        + "."
                        + asked.body();
        return "v1,"
                + Base64.getEncoder()
                        .encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    }

    // Expected value: the specification's libraries carry it as their test.
    @Test
    void signatureIsTheSpecifications() throws Exception {
        WebhookSecrets secrets = WebhookSecrets.read(secretFile);
        assertThat(
                        secrets.sign(
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1614265330,
                                Bytes.utf8("{\"test\": 2432232314}")))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void requestIsSignedAndCarriesTheTask() throws Exception {
        try (Loopback server = Loopback.answering(202, "")) {
            assertThat(ask(server.url() + "/reset?site=a")).isEqualTo(new Outcome.Done("", null));
            Loopback.Asked asked = server.asked().getFirst();
            assertThat(asked.method() + " " + asked.uri()).isEqualTo("POST /reset?site=a");
            assertThat(asked.headers())
                    .containsEntry("webhook-id", "r7-hook")
                    .containsEntry("webhook-timestamp", "" + Given.NOW.getEpochSecond())
                    .containsEntry("webhook-signature", signature(SECRET, asked))
                    .containsEntry("Content-Type", "application/json");
            JsonNode body = Json.parseTree(Bytes.utf8(asked.body()), 8192);
            assertThat(body.path("type").asString()).isEqualTo("assay.reset.requested");
            assertThat(Json.parse(Json.write(body.path("data")), TaskDocument.class, 8192))
                    .isEqualTo(TaskDocument.of("hook", Given.task()));
        }
    }

    @Test
    void twoSecretsBothSign() throws Exception {
        String other = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
        Files.writeString(secretFile, SECRET + "\n" + other + "\n");
        try (Loopback server = Loopback.answering(200, "")) {
            ask(server.url());
            Loopback.Asked asked = server.asked().getFirst();
            assertThat(asked.headers().get("webhook-signature"))
                    .isEqualTo(signature(SECRET, asked) + " " + signature(other, asked));
        }
    }

    @Test
    void recordInTheAnswerIsTheReceipt() throws Exception {
        try (Loopback server = Loopback.answering(200, RECORD)) {
            assertThat(ask(server.url()))
                    .isInstanceOfSatisfying(
                            Outcome.Done.class,
                            done ->
                                    assertThat(done.receipt())
                                            .isEqualTo(
                                                    new Receipt(
                                                            "hook",
                                                            "op-9",
                                                            Instant.parse(
                                                                    "2026-11-23T12:00:03Z"))));
        }
    }

    @Test
    void answerThatNothingWasRestartedFailsForItsReason() throws Exception {
        try (Loopback server =
                Loopback.answering(200, "{\"restarted\":false,\"why\":\"no such\\nnode\"}")) {
            assertThat(why(ask(server.url()))).isEqualTo("no such%0Anode");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410, 429, 500, 503})
    void otherStatusFailsAndIsNotAskedAgain(int status) throws Exception {
        try (Loopback server = Loopback.answering(status, RECORD)) {
            assertThat(why(ask(server.url()))).isEqualTo("it answered with status " + status);
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void redirectIsNotFollowed() throws Exception {
        try (Loopback other = Loopback.answering(200, RECORD);
                Loopback server = Loopback.redirecting(other.url())) {
            assertThat(why(ask(server.url()))).isEqualTo("it answered with status 307");
            assertThat(other.asked()).isEmpty();
        }
    }

    @Test
    void serverThatHangsEndsAtTheTimeoutAndIsAskedOnce() throws Exception {
        try (Loopback server = Loopback.hanging()) {
            assertThat(why(ask(server.url(), Given.SHORT)))
                    .endsWith("did not answer within 1500 ms");
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void answerThatDoesNotEndIsLeftAtTheTimeout() throws Exception {
        try (Loopback server = Loopback.trickling()) {
            assertThat(why(ask(server.url(), Given.SHORT)))
                    .endsWith("did not answer within 1500 ms");
        }
    }

    @Test
    void floodOfAnAnswerFailsAndIsCutShort() throws Exception {
        try (Loopback server = Loopback.flooding(200)) {
            Outcome outcome = ask(server.url());
            assertThat(why(outcome)).startsWith("it answered with more than");
            assertThat(outcome.output()).hasSizeLessThanOrEqualTo(Reset.MAX_OUTPUT_CHARS);
        }
    }

    // It may have arrived, and restarted a host.
    @Test
    void connectionThatBreaksAfterTheRequestIsNotRetried() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            FutureTask<Integer> connections =
                    new FutureTask<>(
                            () -> {
                                server.accept().close();
                                server.setSoTimeout(1_000);
                                try {
                                    server.accept().close();
                                    return 2;
                                } catch (IOException e) {
                                    return 1;
                                }
                            });
            Thread.ofVirtual().start(connections);
            assertThat(why(ask("http://127.0.0.1:" + server.getLocalPort())))
                    .contains("the connection broke");
            assertThat(connections.get()).isEqualTo(1);
        }
    }

    @Test
    void serverThatComesLateIsAskedUnderTheSameId() throws Exception {
        int port = OpenSsh.freePort();
        FutureTask<Outcome> reset = new FutureTask<>(() -> ask("http://127.0.0.1:" + port));
        Thread.ofVirtual().start(reset);
        // Longer than the pause between two attempts: the first has failed by then.
        await().pollDelay(Duration.ofMillis(700)).until(() -> !reset.isDone());
        try (Loopback server = Loopback.at(port)) {
            server.on("/", exchange -> Loopback.answer(exchange, 200, ""));
            assertThat(reset.get()).isInstanceOf(Outcome.Done.class);
            assertThat(server.asked()).hasSize(1);
            assertThat(server.asked().getFirst().headers()).containsEntry("webhook-id", "r7-hook");
        }
    }

    @Test
    void serverThatNeverComesFailsWithinTheTimeout() throws Exception {
        assertThat(why(ask("http://127.0.0.1:" + OpenSsh.freePort(), Given.SHORT)))
                .startsWith("there is no connection to 127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hooks.example/reset",
                "ftp://127.0.0.1/",
                "https://user:pw@hooks.example/",
                "https:///reset",
                "https://hooks.example/#x",
                "not a url",
            })
    void addressWhoseAnswerIsNoProofIsRefused(String url) {
        assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> ask(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "whsec_",
                "whsec_c2hvcnQ=",
                "whsec_%%",
                "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
            })
    void secretThatIsNoneIsRefusedAndStaysUnsaid(String secret) throws IOException {
        Files.writeString(secretFile, secret);
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> ask("https://hooks.example/"))
                .withMessage(secretFile + ": a line is whsec_ and 24 to 64 bytes in base64");
    }

    @Test
    void secretThatOthersMayReadIsRefused() throws IOException {
        Given.mode(secretFile, "rw----r--");
        assertThatIOException()
                .isThrownBy(() -> ask("https://hooks.example/"))
                .withMessageContaining("chmod 600");
    }
}
