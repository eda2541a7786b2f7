package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.signing.KeyType;
import dev.assay.signing.PinnedTls;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TlsIdentity;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Token;
import dev.assay.verifier.enrol.TokenStore;
import dev.assay.verifier.enrol.Tokens;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// The edge with routes of a test's own, on a free port of the loopback.
final class EdgeServer implements AutoCloseable {
    private final SigningKey key = SigningKey.generate(KeyType.ECDSA_P256);
    private final X509Certificate certificate =
            TlsIdentity.selfSign(key, List.of("localhost"), Instant.now(), Duration.ofHours(1));
    private final Map<Digest, Token> stored = new ConcurrentHashMap<>();
    private final Tokens tokens = new Tokens(new Store(), Clock.systemUTC());
    private final ApiServer server;
    private final HttpClient client;

    private final class Store implements TokenStore {
        @Override
        public void add(Token token) {
            stored.put(token.secretDigest(), token);
        }

        @Override
        public Optional<Token> find(Digest secretDigest) {
            return Optional.ofNullable(stored.get(secretDigest));
        }

        @Override
        public boolean groupExists(String group) {
            return true;
        }
    }

    EdgeServer(Route... routes) throws IOException {
        ApiHandler handler =
                new ApiHandler(
                        new Routes(List.of(routes)),
                        new Gate(tokens, System::nanoTime),
                        new Bodies(System::nanoTime),
                        new Metrics());
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = ApiServer.start(handler, () -> {}, TlsIdentity.keyStore(key, certificate), listen);
        client = client(HttpClient.Version.HTTP_2);
    }

    SSLContext tls() {
        return PinnedTls.context(List.of(PinnedTls.pinOf(certificate)), InstantSource.system());
    }

    HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(tls())
                .sslParameters(PinnedTls.parameters())
                .build();
    }

    /// For what no client library would send.
    SSLSocket socket() throws IOException {
        return (SSLSocket)
                tls().getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), server.port());
    }

    URI uri(String path) {
        return URI.create("https://localhost:" + server.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    String token(Role role) throws RefusedException {
        String group = role == Role.ENROL ? "g" : null;
        return tokens.create(new Tokens.NewToken(role, group, null, null, null, 1)).secret();
    }

    static Problem problem(HttpResponse<String> response) throws MalformedInputException {
        return Json.parse(Bytes.utf8(response.body()), Problem.class, 64 << 10);
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
    }
}
