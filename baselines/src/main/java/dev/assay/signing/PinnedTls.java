package dev.assay.signing;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS to a verifier whose keys the trust root names: a client takes the leaf certificate whose
/// SubjectPublicKeyInfo is pinned (RFC 7469, section 2.4, the pin), while it is valid, and nothing
/// else. No certification authority can vouch for another key, and the pin stands in for the host
/// name: what names an address is under the network's control, the key is not.
public final class PinnedTls {
    /// The one version that agents and operators speak (RFC 8446).
    public static final String PROTOCOL = "TLSv1.3";

    private PinnedTls() {}

    /// What the trust root lists: SHA-256 of the SubjectPublicKeyInfo.
    public static Digest pinOf(X509Certificate certificate) {
        return Digest.ofContent(Bytes.copyOf(certificate.getPublicKey().getEncoded()));
    }

    /// For `HttpClient.Builder.sslContext`.
    ///
    /// @param pins SHA-256 of SubjectPublicKeyInfo, {@link TrustRoot#tls}; empty takes no server
    /// @param clock by which a certificate's validity is told
    public static SSLContext context(List<Digest> pins, InstantSource clock) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Pins(List.copyOf(pins), clock)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has TLS", e);
        }
    }

    /// For `HttpClient.Builder.sslParameters`: TLS 1.3 and no older one.
    public static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {PROTOCOL});
        return parameters;
    }

    /// Extended, because JSSE puts host name checks and a path to an authority around any other.
    private static final class Pins extends X509ExtendedTrustManager {
        private final List<Digest> pins;
        private final InstantSource clock;

        Pins(List<Digest> pins, InstantSource clock) {
            this.pins = pins;
            this.clock = clock;
        }

        private void require(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0) {
                throw new CertificateException("the verifier showed no certificate");
            }
            if (!pins.contains(pinOf(chain[0]))) {
                throw new CertificateException(
                        "the verifier's TLS key "
                                + pinOf(chain[0]).brief()
                                + " is not in the trust root");
            }
            chain[0].checkValidity(Date.from(clock.instant()));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            require(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            require(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            require(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            throw new CertificateException("pins are for servers");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("pins are for servers");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("pins are for servers");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
