package dev.assay.storm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.rig.VerifierProcess;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.PinnedTls;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TlsIdentity;
import dev.assay.signing.TrustRoot;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Stands between an agent and the real verifier with the verifier's own TLS key, hands on every
/// request as it is, and keeps the evidence that the verifier accepted.
final class Relay implements AutoCloseable {
    private static final int HTTP_OK = 200;

    private final URI verifier;
    private final HttpsServer server;
    private final HttpClient client;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Accepted> accepted = new CopyOnWriteArrayList<>();

    /// @param nanos of {@link System#nanoTime} when the verifier's answer was there
    record Accepted(Evidence evidence, long nanos) {
        Digest root() {
            return Objects.requireNonNull(evidence.measured(), "measured nothing").root();
        }

        Observed observed() {
            return Objects.requireNonNull(evidence.observed(), "watches nothing");
        }
    }

    Relay(VerifierProcess verifier) throws IOException {
        this.verifier = verifier.url();
        try {
            this.client =
                    HttpClient.newBuilder()
                            .sslContext(
                                    PinnedTls.context(
                                            trustRoot(verifier).tls(), InstantSource.system()))
                            .sslParameters(PinnedTls.parameters())
                            .build();
            this.server =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls(verifier.data())));
        } catch (GeneralSecurityException | MalformedInputException e) {
            throw new IOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private static TrustRoot trustRoot(VerifierProcess verifier) throws IOException {
        try {
            Bytes pinned = Bytes.copyOf(Files.readAllBytes(verifier.trustRootFile()));
            return TrustRoot.pinned(Envelope.parse(pinned, 2 * TrustRoot.MAX_BYTES)).value();
        } catch (MalformedInputException | NotSignedException e) {
            throw new IOException(e);
        }
    }

    private static SSLContext tls(Path data)
            throws IOException, GeneralSecurityException, MalformedInputException {
        X509Certificate certificate;
        try (var in = Files.newInputStream(data.resolve("tls.pem"))) {
            certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(
                TlsIdentity.keyStore(SigningKey.read(data.resolve("tls.key")), certificate),
                new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    /// All evidence that the verifier answered with 200, in the order of its answers.
    List<Accepted> accepted() {
        return List.copyOf(accepted);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(verifier.resolve(exchange.getRequestURI()))
                            .method(
                                    exchange.getRequestMethod(),
                                    HttpRequest.BodyPublishers.ofByteArray(body));
            for (String name : List.of("Authorization", "Content-Type", "Accept")) {
                String value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    request.header(name, value);
                }
            }
            HttpResponse<byte[]> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == HTTP_OK
                    && exchange.getRequestURI().getPath().equals(Protocol.EVIDENCE)) {
                accepted.add(new Accepted(evidence(Bytes.copyOf(body)), System.nanoTime()));
            }
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().add("Content-Type", type));
            int length = answer.body().length;
            exchange.sendResponseHeaders(answer.statusCode(), length == 0 ? -1 : length);
            exchange.getResponseBody().write(answer.body());
        } catch (MalformedInputException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Evidence evidence(Bytes body) throws MalformedInputException {
        return Evidence.parse(
                Json.parse(body, Submission.class, Protocol.MAX_SUBMISSION_BYTES)
                        .evidence()
                        .payload());
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
        threads.shutdownNow();
    }
}
