package dev.assay.signing;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A verifier's TLS certificate, signed by itself: agents know its key from the trust root and need
/// no certification authority.
public final class TlsIdentity {
    private static final String ALIAS = "verifier";
    private static final int SERIAL_BITS = 127;

    private TlsIdentity() {}

    /// @param names DNS names and IP addresses that it stands for
    public static X509Certificate selfSign(
            SigningKey key, List<String> names, Instant now, Duration life) {
        X500Name subject = new X500Name("CN=assay verifier");
        GeneralName[] alternatives =
                names.stream().map(TlsIdentity::generalName).toArray(GeneralName[]::new);
        try {
            X509CertificateHolder holder =
                    new JcaX509v3CertificateBuilder(
                                    subject,
                                    new BigInteger(SERIAL_BITS, new SecureRandom()),
                                    Date.from(now.minus(Duration.ofMinutes(5))),
                                    Date.from(now.plus(life)),
                                    subject,
                                    key.verificationKey().toJca())
                            .addExtension(
                                    Extension.subjectAlternativeName,
                                    false,
                                    new GeneralNames(alternatives))
                            .addExtension(
                                    Extension.basicConstraints, true, new BasicConstraints(false))
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(key.toJca()));
            return new JcaX509CertificateConverter().getCertificate(holder);
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("a P-256 key signs a certificate", e);
        }
    }

    private static GeneralName generalName(String name) {
        boolean address = name.matches("[0-9.]+") || name.indexOf(':') >= 0;
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    /// A key store in memory for a TLS server.
    public static KeyStore keyStore(SigningKey key, X509Certificate certificate) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, key.toJca(), new char[0], new Certificate[] {certificate});
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java runtime has PKCS #12", e);
        }
    }

    public static String pem(X509Certificate certificate) {
        return Pem.write("CERTIFICATE", Bytes.copyOf(encoded(certificate)));
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }
}
