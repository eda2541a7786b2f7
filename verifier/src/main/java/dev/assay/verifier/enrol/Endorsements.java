package dev.assay.verifier.enrol;

import dev.assay.bytes.Bytes;
import dev.assay.signing.Spki;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which endorsement keys are of real TPMs, by files that only the verifier's operator can write:
/// `*.pem` are certificates of manufacturers, roots and intermediates alike; `allowed` has the
/// digest of one endorsement key a line, and `#` begins a remark. They are read anew each time.
public final class Endorsements {
    private static final int MAX_ALLOWED_BYTES = 16 << 20;
    private static final String ALLOWED = "allowed";
    private static final String CERTIFICATES = "*.pem";

    /// tcg-kp-EKCertificate (TCG EK Credential Profile, section 3.2.16).
    private static final String EK_CERTIFICATE = "2.23.133.8.1";

    private final Path folder;
    private final InstantSource clock;

    public Endorsements(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /// @throws NotAuthenticException where the policy does not trust this TPM
    public void require(EkTrust trust, ProvenTpm tpm) throws NotAuthenticException {
        String refusal =
                switch (trust) {
                    case NONE -> "the group trusts no TPM";
                    case FIRST_USE -> "";
                    case ALLOW_LIST ->
                            isAllowed(tpm)
                                    ? ""
                                    : "endorsement key "
                                            + tpm.endorsement().hex()
                                            + " is not in the verifier's list";
                    case CERTIFICATE -> refusalOfCertificate(tpm);
                };
        if (!refusal.isEmpty()) {
            throw new NotAuthenticException(Reason.UNTRUSTED_TPM, refusal);
        }
    }

    private boolean isAllowed(ProvenTpm tpm) {
        String digest = tpm.endorsement().hex();
        Path file = folder.resolve(ALLOWED);
        try {
            if (Files.size(file) > MAX_ALLOWED_BYTES) {
                throw new IOException(file + " is too long");
            }
            try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
                return lines.map(line -> line.replaceFirst("#.*", "").strip())
                        .anyMatch(line -> line.equalsIgnoreCase(digest));
            }
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String refusalOfCertificate(ProvenTpm tpm) {
        Optional<Bytes> der = tpm.endorsementCertificate();
        if (der.isEmpty()) {
            return "the TPM has no endorsement certificate";
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate certificate = certificate(factory, der.get());
            if (!Spki.keyBits(certificate.getPublicKey())
                    .equals(Spki.keyBits(tpm.endorsementKey().key()))) {
                return "the endorsement certificate is of another key";
            }
            List<String> usages = certificate.getExtendedKeyUsage();
            if (usages == null || !usages.contains(EK_CERTIFICATE)) {
                return "the certificate is not one of an endorsement key";
            }
            Set<TrustAnchor> roots = roots(factory);
            if (roots.isEmpty()) {
                return "this verifier has no manufacturer's certificate to hold it against";
            }
            PKIXParameters parameters = new PKIXParameters(roots);
            // Manufacturers' lists are fetched by nobody here, and a key that leaked is banned.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(factory.generateCertPath(List.of(certificate)), parameters);
            return "";
        } catch (GeneralSecurityException e) {
            return "the endorsement certificate leads to no manufacturer that is trusted here: "
                    + e.getMessage();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An index of a TPM may be longer than its certificate: what follows the DER is padding.
    private static X509Certificate certificate(CertificateFactory factory, Bytes der)
            throws CertificateException {
        Certificate parsed = factory.generateCertificate(new ByteArrayInputStream(der.toArray()));
        if (parsed instanceof X509Certificate certificate) {
            return certificate;
        }
        throw new CertificateException("it is no X.509");
    }

    private Set<TrustAnchor> roots(CertificateFactory factory)
            throws IOException, CertificateException {
        Set<TrustAnchor> roots = new HashSet<>();
        if (!Files.isDirectory(folder)) {
            return roots;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, CERTIFICATES)) {
            for (Path file : files) {
                try (InputStream in = Files.newInputStream(file)) {
                    for (Certificate root : factory.generateCertificates(in)) {
                        if (root instanceof X509Certificate x509) {
                            roots.add(new TrustAnchor(x509, null));
                        }
                    }
                }
            }
        }
        return roots;
    }
}
