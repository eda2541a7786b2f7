package dev.assay.verifier.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.signing.KeyType;
import dev.assay.signing.PinnedTls;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TlsIdentity;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.cli.VerifierMain;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Tokens;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.store.VerifierData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Walks every route there is, over TLS, on a verifier with real keys and a real database.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RouteTableTest {
    private static final Set<String> METHODS = Set.of("get", "post", "patch");

    /// Who may call without a token: a route that is opened by mistake is not in this list.
    private static final Set<String> WITHOUT_TOKEN =
            Set.of(
                    "GET /healthz",
                    "GET /readyz",
                    "GET /.well-known/jwks.json",
                    "GET /openapi.json",
                    "GET /v1/trust-root/{version}",
                    "POST /v1/challenge",
                    "POST /v1/credential",
                    "POST /v1/enrol",
                    "POST /v1/reference",
                    "POST /v1/manifest",
                    "POST /v1/evidence",
                    "POST /v1/exhibits");

    private Verifier verifier;
    private Api api;
    private ApiServer server;
    private HttpClient client;
    private JsonNode description;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        StringWriter err = new StringWriter();
        int exit =
                VerifierMain.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        "init",
                        "--data",
                        folder.resolve("data").toString());
        assertThat(exit).as(err.toString()).isZero();
        Metrics metrics = new Metrics();
        verifier =
                Verifier.open(
                        new VerifierData(folder.resolve("data")),
                        "test",
                        Clock.systemUTC(),
                        metrics,
                        Rungs.NONE);
        api = new Api(verifier, metrics, Clock.systemUTC());
        SigningKey key = SigningKey.generate(KeyType.ECDSA_P256);
        X509Certificate certificate =
                TlsIdentity.selfSign(key, List.of("localhost"), Instant.now(), Duration.ofHours(1));
        server =
                ApiServer.start(
                        api,
                        TlsIdentity.keyStore(key, certificate),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client =
                HttpClient.newBuilder()
                        .sslContext(
                                PinnedTls.context(
                                        List.of(PinnedTls.pinOf(certificate)),
                                        InstantSource.system()))
                        .sslParameters(PinnedTls.parameters())
                        .build();
        description =
                Json.parseTree(Bytes.utf8(send("GET", "/openapi.json", null).body()), 1 << 20);
    }

    @AfterAll
    void stop() {
        client.shutdownNow();
        server.close();
        verifier.close();
    }

    private HttpResponse<String> send(String method, String path, @Nullable String token)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("https://localhost:" + server.port() + concrete(path)))
                        .timeout(Duration.ofSeconds(20))
                        .method(
                                method,
                                method.equals("GET")
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString("{}"));
        if (!method.equals("GET")) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String concrete(String path) {
        return path.replace("{version}", "1")
                .replace("{digest}", "a".repeat(64))
                .replace("{id}", "a".repeat(64))
                .replaceAll("\\{[a-z]+}", "nobody");
    }

    private String token(Role role) throws Exception {
        return verifier.tokens()
                .create(new Tokens.NewToken(role, null, null, null, null, 1))
                .secret();
    }

    private static String name(Route route) {
        return route.method() + " " + route.path();
    }

    @Test
    void everyManagementRouteAnswers401WithoutAToken() throws Exception {
        int walked = 0;
        for (Route route : api.routes().all()) {
            if (route.access().needsToken()) {
                HttpResponse<String> answer = send(route.method().name(), route.path(), null);
                assertThat(answer.statusCode()).as(name(route)).isEqualTo(401);
                assertThat(answer.headers().firstValue("Content-Type"))
                        .contains(Problem.MEDIA_TYPE);
                walked++;
            }
        }
        assertThat(walked).isGreaterThan(20);
    }

    @Test
    void whatAsksForNoTokenIsKnown() {
        assertThat(
                        api.routes().all().stream()
                                .filter(route -> !route.access().needsToken())
                                .map(RouteTableTest::name))
                .containsExactlyInAnyOrderElementsOf(WITHOUT_TOKEN);
    }

    @Test
    void everyRouteAnswers403ToALesserRole() throws Exception {
        String viewer = token(Role.VIEWER);
        String orchestrator = token(Role.ORCHESTRATOR);
        for (Route route : api.routes().all()) {
            String method = route.method().name();
            switch (route.access()) {
                case OPEN, AGENT, VIEWER -> {}
                case ORCHESTRATOR ->
                        assertThat(send(method, route.path(), viewer).statusCode())
                                .as(name(route))
                                .isEqualTo(403);
                case OPERATOR ->
                        assertThat(send(method, route.path(), orchestrator).statusCode())
                                .as(name(route))
                                .isEqualTo(403);
            }
        }
    }

    @Test
    void everyRouteAnswersItsRoleWithAnAnswerOrAProblem() throws Exception {
        String operator = token(Role.OPERATOR);
        for (Route route : api.routes().all()) {
            HttpResponse<String> answer = send(route.method().name(), route.path(), operator);
            assertThat(answer.statusCode()).as(name(route)).isNotIn(405, 500);
            if (answer.statusCode() >= 400) {
                assertThat(answer.headers().firstValue("Content-Type"))
                        .as(name(route))
                        .contains(Problem.MEDIA_TYPE);
            }
        }
    }

    @Test
    void theDescriptionNamesEveryRouteAndNoOther() {
        Set<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : description.get("paths").properties()) {
            for (String method : path.getValue().propertyNames()) {
                assertThat(METHODS).contains(method);
                described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
            }
        }
        Set<String> routes = new TreeSet<>();
        api.routes().all().forEach(route -> routes.add(name(route)));
        assertThat(described).isEqualTo(routes);
    }

    @Test
    void theDescriptionTellsEachRoutesRoleParametersAndBody() {
        Map<String, List<String>> described = new TreeMap<>();
        Map<String, List<String>> served = new TreeMap<>();
        for (Route route : api.routes().all()) {
            JsonNode operation = operation(route);
            described.put(
                    name(route),
                    List.of(
                            role(operation),
                            parameters(operation, "query").toString(),
                            parameters(operation, "path").toString(),
                            operation.has("requestBody") ? "body" : "no body"));
            served.put(
                    name(route),
                    List.of(
                            role(route),
                            new TreeSet<>(route.query()).toString(),
                            variables(route.path()).toString(),
                            route.body() instanceof Body.None ? "no body" : "body"));
        }
        assertThat(described).isEqualTo(served);
    }

    private JsonNode operation(Route route) {
        return description
                .get("paths")
                .get(route.path())
                .get(route.method().name().toLowerCase(Locale.ROOT));
    }

    private static String role(JsonNode operation) {
        JsonNode security = operation.get("security");
        return security.isEmpty() ? "none" : security.get(0).get("token").get(0).asString();
    }

    private static String role(Route route) {
        return switch (route.access()) {
            case OPEN -> "none";
            case AGENT -> route.path().equals("/v1/enrol") ? "enrol" : "none";
            case VIEWER -> "viewer";
            case ORCHESTRATOR -> "orchestrator";
            case OPERATOR -> "operator";
        };
    }

    private static Set<String> parameters(JsonNode operation, String in) {
        Set<String> names = new TreeSet<>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.get("in").asString().equals(in)) {
                names.add(parameter.get("name").asString());
            }
        }
        return names;
    }

    private static Set<String> variables(String path) {
        Set<String> names = new TreeSet<>();
        for (String segment : path.split("/", -1)) {
            if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1));
            }
        }
        return names;
    }

    @Test
    void everySchemaThatIsReferredToIsThere() {
        List<String> references = new ArrayList<>();
        collect(description, references);
        assertThat(references).isNotEmpty();
        for (String reference : references) {
            assertThat(description.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        }
    }

    private static void collect(JsonNode node, List<String> references) {
        JsonNode reference = node.path("$ref");
        if (reference.isString()) {
            references.add(reference.asString());
        }
        node.forEach(child -> collect(child, references));
    }
}
