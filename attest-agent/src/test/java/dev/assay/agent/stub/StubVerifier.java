package dev.assay.agent.stub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.Challenge;
import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.EnrolmentResponse;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.ExhibitsRequest;
import dev.assay.evidence.Protocol.ExhibitsResponse;
import dev.assay.evidence.Protocol.ManifestRequest;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.evidence.Protocol.ReferenceRequest;
import dev.assay.evidence.Protocol.ReferenceResponse;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.scope.Facts;
import dev.assay.signing.Envelope;
import dev.assay.signing.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A small HTTPS server that stands in for the verifier; the end-to-end tests use the real one. It
/// believes whatever is signed by the key that enrolled, and judges as a test says.
public final class StubVerifier implements AutoCloseable {
    public static final String CHANNEL = "web-nodes";

    public final TestTrust trust;
    public final List<TestBaseline> published = new CopyOnWriteArrayList<>();
    public final List<TestBaseline> active = new CopyOnWriteArrayList<>();
    public final Map<Integer, Envelope> roots = new ConcurrentHashMap<>();
    public final List<Evidence> evidence = new CopyOnWriteArrayList<>();
    public final List<String> requests = new CopyOnWriteArrayList<>();
    public final List<String> tokens = new CopyOnWriteArrayList<>();
    public volatile int announcedRoot = 1;
    public volatile String channel = CHANNEL;
    public volatile Function<Evidence, EvidenceResponse> judge = this::judgeByRoot;
    public volatile @Nullable Envelope order;
    public volatile boolean wantsExhibits;
    private volatile Consumer<Bytes> uploads = body -> {};

    private final Map<String, Handler> overrides = new ConcurrentHashMap<>();
    private final Set<String> enrolled = ConcurrentHashMap.newKeySet();
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// Answers one path in the stub's place.
    public interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    public StubVerifier(TestTrust trust) throws IOException {
        this(trust, 0);
    }

    /// @param port 0 for a free one
    public StubVerifier(TestTrust trust, int port) throws IOException {
        this.trust = trust;
        this.server =
                HttpsServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(trust)));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private static SSLContext tls(TestTrust trust) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(TlsIdentity.keyStore(trust.tlsKey, trust.certificate), new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public URI url() {
        return URI.create("https://127.0.0.1:" + port());
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public void publish(TestBaseline baseline) {
        published.add(baseline);
        active.addFirst(baseline);
    }

    public void override(String path, Handler handler) {
        overrides.put(path, handler);
    }

    public void restore(String path) {
        overrides.remove(path);
    }

    public static Handler answering(int status, String contentType, String body) {
        return exchange -> send(exchange, status, contentType, Bytes.utf8(body));
    }

    public static Handler problem(int status, String word) {
        Problem problem =
                new Problem("https://assay.dev/problems/" + word, word, status, "says the stub");
        return exchange -> send(exchange, status, Problem.MEDIA_TYPE, Json.write(problem));
    }

    /// Takes exhibits, and hands on what came.
    public void takeUploads(Consumer<Bytes> taker) {
        uploads = taker;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(path);
        try (exchange) {
            Handler override = overrides.get(path);
            if (override != null) {
                exchange.getRequestBody().readAllBytes();
                override.handle(exchange);
            } else {
                Bytes body = Bytes.copyOf(exchange.getRequestBody().readAllBytes());
                send(exchange, path, body);
            }
        } catch (MalformedInputException e) {
            throw new IOException(e);
        }
    }

    private void send(HttpExchange exchange, String path, Bytes body)
            throws IOException, MalformedInputException {
        switch (path) {
            case Protocol.CHALLENGE ->
                    send(exchange, Json.write(new Challenge(Bytes.utf8("nonce"), 30, null)));
            case Protocol.ENROL -> enrol(exchange, payload(body));
            case Protocol.REFERENCE -> {
                ReferenceRequest request =
                        Json.parse(payload(body), ReferenceRequest.class, 1 << 20);
                send(exchange, Json.write(reference(request)));
            }
            case Protocol.MANIFEST -> {
                ManifestRequest request = Json.parse(payload(body), ManifestRequest.class, 1 << 20);
                TestBaseline baseline =
                        published.stream()
                                .filter(one -> one.digest().equals(request.baseline()))
                                .findFirst()
                                .orElseThrow();
                send(exchange, 200, "application/gzip", baseline.manifest());
            }
            case Protocol.EXHIBITS -> {
                uploads.accept(body);
                int feed = body.lossyText().indexOf('\n');
                ExhibitsRequest request =
                        Json.parse(payload(body.slice(0, feed)), ExhibitsRequest.class, 1 << 20);
                send(exchange, Json.write(new ExhibitsResponse(request.reset(), request.bytes())));
            }
            case Protocol.EVIDENCE -> {
                Evidence claimed =
                        Evidence.parse(
                                Json.parse(body, Submission.class, Protocol.MAX_SUBMISSION_BYTES)
                                        .evidence()
                                        .payload());
                evidence.add(claimed);
                send(exchange, Json.write(judge.apply(claimed)));
            }
            default -> root(exchange, path);
        }
    }

    private void enrol(HttpExchange exchange, Bytes payload)
            throws IOException, MalformedInputException {
        EnrolmentRequest request = Json.parse(payload, EnrolmentRequest.class, 1 << 20);
        tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        enrolled.add(request.key().keyId());
        Facts facts = Facts.of(Map.of(Facts.HOST_NAME, request.host()));
        send(
                exchange,
                Json.write(
                        new EnrolmentResponse(
                                request.host(), "web", channel, facts, Tier.SOFTWARE)));
    }

    private ReferenceResponse reference(ReferenceRequest request) {
        return new ReferenceResponse(
                active.stream().map(TestBaseline::digest).toList(),
                active.stream()
                        .filter(baseline -> !request.have().contains(baseline.digest()))
                        .map(TestBaseline::envelope)
                        .toList(),
                Facts.of(Map.of(Facts.HOST_NAME, request.host())),
                announcedRoot);
    }

    private void root(HttpExchange exchange, String path) throws IOException {
        Envelope root =
                path.startsWith(Protocol.TRUST_ROOT)
                        ? roots.get(Integer.parseInt(path.substring(Protocol.TRUST_ROOT.length())))
                        : null;
        if (root == null) {
            problem(404, "not-found").handle(exchange);
        } else {
            send(exchange, Json.write(root));
        }
    }

    private static Bytes payload(Bytes envelope) throws MalformedInputException {
        return Envelope.parse(envelope, Protocol.MAX_SUBMISSION_BYTES).payload();
    }

    /// Golden where the root is an active baseline's.
    public EvidenceResponse judgeByRoot(Evidence claimed) {
        boolean golden =
                active.stream()
                        .anyMatch(
                                baseline ->
                                        baseline.digest().equals(claimed.baseline())
                                                && Objects.requireNonNull(claimed.measured())
                                                        .root()
                                                        .equals(baseline.baseline().root()));
        String state = golden ? "golden" : claimed.measured() == null ? "unknown" : "drifted";
        return answer(state, golden, claimed.report() == null && state.equals("drifted"));
    }

    public EvidenceResponse answer(String state, boolean admit, boolean wantReport) {
        return new EvidenceResponse(
                state,
                admit,
                state + " says the stub",
                "e30.e30.e30",
                200,
                active.stream().map(TestBaseline::digest).toList(),
                wantReport,
                order,
                announcedRoot,
                wantsExhibits ? true : null);
    }

    public boolean isEnrolled(String keyId) {
        return enrolled.contains(keyId);
    }

    public long count(String path) {
        return requests.stream().filter(path::equals).count();
    }

    private static void send(HttpExchange exchange, Bytes json) throws IOException {
        send(exchange, 200, "application/json", json);
    }

    private static void send(HttpExchange exchange, int status, String type, Bytes body)
            throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.length());
        exchange.getResponseBody().write(body.toArray());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
