package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.CurvePoint;
import dev.assay.signing.Pem;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/// The public half of the key that signs quotes.
///
/// @param area what the TPM says of the key, where it is known: a PEM file has the numbers alone
public record AttestationKey(PublicKey key, Optional<TpmtPublic> area) {
    public static final int MAX_BYTES = Pem.MAX_CHARS;

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 4096;
    private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);
    private static final int MIN_EC_BITS = 256;

    public AttestationKey {
        if (!isStrong(key)) {
            throw new IllegalArgumentException(
                    "attestation key is too weak or of a kind of its own");
        }
    }

    private static boolean isStrong(PublicKey key) {
        return switch (key) {
            // A smaller exponent is no TPM's, and signatures by the exponent 1 are anybody's.
            case RSAPublicKey rsa ->
                    rsa.getPublicExponent().compareTo(MIN_EXPONENT) >= 0
                            && rsa.getModulus().bitLength() >= MIN_RSA_BITS
                            && rsa.getModulus().bitLength() <= MAX_RSA_BITS;
            case ECPublicKey ec ->
                    ec.getParams().getOrder().bitLength() >= MIN_EC_BITS
                            && CurvePoint.isOnCurve(ec);
            default -> false;
        };
    }

    /// @param file a PEM public key, or a TPM2B_PUBLIC as tpm2-tools write it
    public static AttestationKey parse(Bytes file) throws MalformedInputException {
        boolean isPem = !file.isEmpty() && file.at(0) == '-';
        try {
            return isPem ? ofPem(file.lossyText()) : of(TpmtPublic.parseSized(file));
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException(e.getMessage(), e);
        }
    }

    public static AttestationKey of(TpmtPublic area) throws MalformedInputException {
        return new AttestationKey(area.key(), Optional.of(area));
    }

    private static AttestationKey ofPem(String pem) throws MalformedInputException {
        byte[] spki = Pem.parse(pem, "PUBLIC KEY").toArray();
        for (String kind : List.of("RSA", "EC")) {
            try {
                PublicKey key =
                        KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(spki));
                return new AttestationKey(key, Optional.empty());
            } catch (GeneralSecurityException e) {
                // Of the other kind, or of none.
            }
        }
        throw new MalformedInputException("attestation key: neither RSA nor elliptic curve");
    }
}
