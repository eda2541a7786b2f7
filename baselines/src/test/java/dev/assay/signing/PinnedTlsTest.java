package dev.assay.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PinnedTlsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final SigningKey key = SigningKey.generate(KeyType.ECDSA_P256);
    // The name is not the one that is called: the pin alone decides.
    private final X509Certificate certificate =
            TlsIdentity.selfSign(key, List.of("elsewhere.test"), NOW, Duration.ofDays(1));
    private HttpsServer server;

    PinnedTlsTest() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void serve() throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(TlsIdentity.keyStore(key, certificate), new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int get(List<Digest> pins, Instant now) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(PinnedTls.context(pins, InstantSource.fixed(now)))
                        .sslParameters(PinnedTls.parameters())
                        .build()) {
            URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void aPinnedKeyIsTakenWhateverTheHostName() throws Exception {
        assertThat(get(List.of(PinnedTls.pinOf(certificate)), NOW)).isEqualTo(204);
    }

    @Test
    void anotherKeyIsRefusedAndNamed() {
        Digest other =
                Digest.ofContent(SigningKey.generate(KeyType.ECDSA_P256).verificationKey().spki());
        assertThatThrownBy(() -> get(List.of(other), NOW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not in the trust root")
                .hasMessageContaining(PinnedTls.pinOf(certificate).brief());
    }

    @Test
    void noPinTakesNoServer() {
        assertThatThrownBy(() -> get(List.of(), NOW)).isInstanceOf(IOException.class);
    }

    @Test
    void anExpiredCertificateIsRefusedThoughItsKeyIsPinned() {
        assertThatThrownBy(
                        () ->
                                get(
                                        List.of(PinnedTls.pinOf(certificate)),
                                        NOW.plus(Duration.ofDays(2))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NotAfter");
    }

    @Test
    void aCertificateOfTheFutureIsRefusedThoughItsKeyIsPinned() {
        assertThatThrownBy(
                        () ->
                                get(
                                        List.of(PinnedTls.pinOf(certificate)),
                                        NOW.minus(Duration.ofDays(1))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NotBefore");
    }
}
