package dev.assay.verifier.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the edge does before and after any service. Each request is good but for one thing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EdgeTest {
    private static final int LIMIT = 1000;

    private EdgeServer server;

    record Thing(String name, int count) {
        Thing {
            if (name == null) {
                throw new IllegalArgumentException("a thing needs a name");
            }
        }
    }

    @BeforeAll
    void start() throws Exception {
        Body small = new Body.Document(LIMIT);
        server =
                new EdgeServer(
                        Route.get(
                                "/open", Access.OPEN, call -> Reply.json(Map.of("ok", true)), "q"),
                        Route.get("/viewer", Access.VIEWER, call -> Reply.json(call.path())),
                        Route.get(
                                "/orchestrator",
                                Access.ORCHESTRATOR,
                                call -> Reply.json(call.path())),
                        Route.get("/operator", Access.OPERATOR, call -> Reply.json(call.path())),
                        Route.get(
                                "/named/{name}",
                                Access.OPEN,
                                call ->
                                        Reply.text(
                                                "text/plain", Bytes.utf8(call.variable("name")))),
                        Route.post(
                                "/thing",
                                Access.OPEN,
                                small,
                                call -> Reply.json(call.json(Thing.class))),
                        Route.post(
                                "/upload",
                                Access.OPEN,
                                new Body.Upload(100_000),
                                call -> Reply.json(call.upload().readAllBytes().length)),
                        Route.get(
                                "/bug",
                                Access.OPEN,
                                call -> {
                                    throw new IllegalStateException("secret-of-the-house");
                                }),
                        Route.get(
                                "/unknown-host",
                                Access.OPEN,
                                call -> {
                                    throw new RefusedException(
                                            RefusedException.Refusal.UNKNOWN_HOST, "no host x");
                                }),
                        Route.get(
                                "/replayed",
                                Access.OPEN,
                                call -> {
                                    throw new NotAuthenticException(
                                            NotAuthenticException.Reason.REPLAYED, "old\nnews");
                                }),
                        Route.get(
                                "/file",
                                Access.OPEN,
                                call ->
                                        new Reply.File(
                                                "application/gzip",
                                                3,
                                                new ByteArrayInputStream(new byte[3]))));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return server.send(server.request(path));
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return server.send(
                server.request(path)
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> as(Role role, String path) throws Exception {
        return server.send(
                server.request(path).header("Authorization", "Bearer " + server.token(role)));
    }

    private static void assertProblem(HttpResponse<String> response, int status, String word)
            throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
        Problem problem = EdgeServer.problem(response);
        assertThat(problem.type()).isEqualTo(Problems.TYPE_BASE + word);
        assertThat(problem.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void bothVersionsOfHttpAreSpoken(HttpClient.Version version) throws Exception {
        try (HttpClient client = server.client(version)) {
            HttpResponse<String> response =
                    client.send(server.request("/open").build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(version);
        }
    }

    @Test
    void anOlderTlsIsRefused() throws Exception {
        try (SSLSocket socket = server.socket()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void noAnswerTellsWhatServerItIs() throws Exception {
        for (String path : new String[] {"/open", "/bug", "/nothing", "/viewer"}) {
            assertThat(get(path).headers().map()).doesNotContainKeys("server", "x-powered-by");
        }
    }

    @Test
    void answersAreNotKept() throws Exception {
        assertThat(get("/open").headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void aPathThatDoesNotExistIsAProblem() throws Exception {
        assertProblem(get("/nothing"), 404, "no-such-route");
    }

    @Test
    void anotherMethodIsAProblemThatNamesThoseThereAre() throws Exception {
        HttpResponse<String> response =
                server.send(server.request("/open").method("DELETE", BodyPublishers.noBody()));
        assertProblem(response, 405, "method");
        assertThat(response.headers().firstValue("Allow")).contains("GET");
    }

    @Test
    void headIsGetWithoutItsBody() throws Exception {
        HttpResponse<String> response =
                server.send(server.request("/open").method("HEAD", BodyPublishers.noBody()));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void noTokenIsAProblemThatAsksForOne() throws Exception {
        HttpResponse<String> response = get("/viewer");
        assertProblem(response, 401, "unauthorized");
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer assay_unknown", "Bearer ", "Basic YTpi", "assay_x"})
    void anUnknownTokenIsAProblem(String header) throws Exception {
        assertProblem(
                server.send(server.request("/viewer").header("Authorization", header)),
                401,
                "unauthorized");
    }

    @Test
    void aLaterRoleMayWhatAnEarlierOneMay() throws Exception {
        assertThat(as(Role.OPERATOR, "/viewer").statusCode()).isEqualTo(200);
        assertThat(as(Role.OPERATOR, "/orchestrator").statusCode()).isEqualTo(200);
        assertThat(as(Role.ORCHESTRATOR, "/viewer").statusCode()).isEqualTo(200);
        assertProblem(as(Role.VIEWER, "/orchestrator"), 403, "forbidden");
        assertProblem(as(Role.ORCHESTRATOR, "/operator"), 403, "forbidden");
    }

    @Test
    void anEnrolmentTokenLooksAtNothing() throws Exception {
        assertProblem(as(Role.ENROL, "/viewer"), 403, "forbidden");
    }

    @Test
    void aMisspeltParameterIsRefusedAndNotPassedOver() throws Exception {
        assertProblem(get("/open?qq=1"), 400, "unknown-parameter");
    }

    @Test
    void aParameterGivenTwiceIsRefused() throws Exception {
        assertProblem(get("/open?q=1&q=2"), 400, "repeated-parameter");
    }

    @Test
    void aParameterThatIsNotUtf8IsRefused() throws Exception {
        assertThat(rawStatus("GET /open?q=%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("400");
    }

    @Test
    void aDocumentIsRead() throws Exception {
        HttpResponse<String> response =
                post("/thing", "application/json; charset=utf-8", "{\"name\":\"a\",\"count\":1}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"name\":\"a\",\"count\":1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"a\",\"count\":1",
                "{\"name\":\"a\",\"count\":1,\"count\":2}",
                "{\"name\":\"a\",\"count\":1,\"more\":2}",
                "{\"name\":\"a\",\"count\":\"1\"}",
                "{\"name\":\"a\",\"count\":1}{}",
                "{\"count\":1}",
                "null",
                ""
            })
    void malformedJsonIsAProblemWithItsReason(String body) throws Exception {
        HttpResponse<String> response = post("/thing", "application/json", body);
        assertProblem(response, 400, "malformed");
        assertThat(EdgeServer.problem(response).detail()).contains("Thing");
    }

    @Test
    void deepJsonIsAProblem() throws Exception {
        assertProblem(
                post("/thing", "application/json", "[".repeat(400) + "]".repeat(400)),
                400,
                "malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
    void anotherMediaTypeIsAProblem(String type) throws Exception {
        assertProblem(post("/thing", type, "{\"name\":\"a\",\"count\":1}"), 415, "media-type");
    }

    @Test
    void aPackedBodyIsRefusedBeforeItIsUnpacked() throws Exception {
        assertProblem(
                server.send(
                        server.request("/thing")
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofString("x"))),
                415,
                "content-encoding");
    }

    @Test
    void anOversizedBodyIsRefusedByItsLength() throws Exception {
        assertProblem(post("/thing", "application/json", " ".repeat(LIMIT + 1)), 413, "too-large");
    }

    @Test
    void anOversizedBodyOfUnknownLengthIsRefusedWhileItComes() throws Exception {
        assertProblem(
                server.send(
                        server.request("/thing")
                                .header("Content-Type", "application/json")
                                .POST(
                                        BodyPublishers.ofInputStream(
                                                () ->
                                                        new ByteArrayInputStream(
                                                                new byte[LIMIT + 1])))),
                413,
                "too-large");
    }

    @Test
    void anUploadIsStreamedUpToItsLimit() throws Exception {
        assertThat(upload(100_000).body()).isEqualTo("100000");
        assertProblem(upload(100_001), 413, "too-large");
    }

    private HttpResponse<String> upload(int bytes) throws Exception {
        return server.send(
                server.request("/upload")
                        .POST(
                                BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(new byte[bytes]))));
    }

    @Test
    void aBugTellsNothingOfItself() throws Exception {
        HttpResponse<String> response = get("/bug");
        assertProblem(response, 500, "internal");
        assertThat(response.body()).doesNotContain("secret-of-the-house", "dev.assay", "Exception");
    }

    @Test
    void aServicesRefusalIsAProblemOfItsWord() throws Exception {
        assertProblem(get("/unknown-host"), 404, "unknown-host");
        assertProblem(get("/replayed"), 409, "replayed");
        assertThat(EdgeServer.problem(get("/replayed")).detail()).isEqualTo("old news");
    }

    @Test
    void aFileIsStreamedWithItsLength() throws Exception {
        HttpResponse<String> response = get("/file");
        assertThat(response.headers().firstValue("Content-Length")).contains("3");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/named/..%2f..%2fetc", "/named/%2e%2e/open", "/named/a%00", "//open"})
    void aPathThatCanBeReadInTwoWaysIsRefused(String path) throws Exception {
        assertThat(rawStatus("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("4");
    }

    @Test
    void headersOverTheLimitAreAProblem() throws Exception {
        String answer =
                raw("GET /open HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 431");
        assertThat(answer).contains(Problem.MEDIA_TYPE, "headers-too-large");
    }

    @Test
    void garbageIsAnsweredWithoutAPageOfTheServers() throws Exception {
        String answer = raw("\u0001\u0002 garbage\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContainIgnoringCase("jetty", "<h");
    }

    @Test
    void aBodyThatIsCutShortChangesNothing() throws Exception {
        try (SSLSocket socket = server.socket()) {
            socket.getOutputStream()
                    .write(
                            ("POST /thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                            + "Content-Length: 100\r\n\r\n{\"name\":")
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).doesNotContain("HTTP/1.1 200");
        }
        assertThat(get("/open").statusCode()).isEqualTo(200);
    }

    @Test
    void aRequestSmuggledByTwoLengthsIsRefused() throws Exception {
        assertThat(
                        rawStatus(
                                "POST /thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json"
                                        + "\r\nContent-Length: 2\r\nTransfer-Encoding: chunked"
                                        + "\r\n\r\n0\r\n\r\n"))
                .startsWith("400");
    }

    private String rawStatus(String request) throws Exception {
        return raw(request).substring("HTTP/1.1 ".length());
    }

    /// The answer to one request, as it is; the connection ends after it.
    private String raw(String request) throws Exception {
        try (SSLSocket socket = server.socket()) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    request.replaceFirst("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
