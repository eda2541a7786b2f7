package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.PrivateFiles;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TlsIdentity;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.http.Api;
import dev.assay.verifier.http.ApiServer;
import dev.assay.verifier.http.Metrics;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.store.VerifierData;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;

/// A verifier that listens: the program's one composition.
final class Serving implements AutoCloseable {
    private final VerifierData data;
    private final Verifier verifier;
    private final ApiServer server;
    private final String address;

    private Serving(VerifierData data, Verifier verifier, ApiServer server, String address) {
        this.data = data;
        this.verifier = verifier;
        this.server = server;
        this.address = address;
    }

    /// Listens when it returns; the address stands in the data folder then.
    static Serving start(VerifierData data, Rungs rungs, InetSocketAddress listen, Clock clock)
            throws IOException, MalformedInputException, NotSignedException {
        KeyStore keys = keyStore(data);
        Metrics metrics = new Metrics();
        Verifier verifier = Verifier.open(data, VerifierMain.build(), clock, metrics, rungs);
        try {
            ApiServer server = ApiServer.start(new Api(verifier, metrics, clock), keys, listen);
            String address = "https://" + hostPort(listen, server.port());
            PrivateFiles.replace(data.address(), Bytes.utf8(address + "\n"));
            return new Serving(data, verifier, server, address);
        } catch (IOException | RuntimeException e) {
            verifier.close();
            throw e;
        }
    }

    /// What groups name and the site file has not.
    List<String> missing() {
        return verifier.groups().missing();
    }

    private static String hostPort(InetSocketAddress listen, int port) {
        InetAddress address = listen.getAddress();
        String host =
                address.isAnyLocalAddress()
                        ? InetAddress.getLoopbackAddress().getHostAddress()
                        : address.getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static KeyStore keyStore(VerifierData data)
            throws IOException, MalformedInputException {
        try (InputStream in =
                new BufferedInputStream(Files.newInputStream(data.tlsCertificate()))) {
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
            return TlsIdentity.keyStore(SigningKey.read(data.tlsKey()), certificate);
        } catch (CertificateException e) {
            throw new MalformedInputException(
                    data.tlsCertificate() + " is no certificate: " + e.getMessage(), e);
        }
    }

    /// `https://HOST:PORT`.
    String address() {
        return address;
    }

    /// Lets requests end, writes down what is in memory, and leaves no address behind that nobody
    /// answers at.
    @Override
    public void close() {
        try {
            server.close();
        } finally {
            verifier.close();
            deleteAddress();
        }
    }

    private void deleteAddress() {
        try {
            Files.deleteIfExists(data.address());
        } catch (IOException stale) {
            // Commands that find it say that no verifier answers there.
            return;
        }
    }
}
