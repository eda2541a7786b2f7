package dev.assay.signing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;

/// A public key, named by the SHA-256 of its SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7). In
/// JSON that structure's DER in base64.
public final class VerificationKey {
    private static final int MAX_SPKI_BYTES = 512;
    private static final int P256_RAW_BYTES = 64;

    private final KeyType type;
    private final Bytes spki;
    private final PublicKey key;
    private final String keyId;

    private VerificationKey(KeyType type, Bytes spki, PublicKey key) {
        this.type = type;
        this.spki = spki;
        this.key = key;
        this.keyId = Digest.ofContent(spki).hex();
    }

    /// @throws MalformedInputException where it is no Ed25519 or P-256 key
    public static VerificationKey parse(Bytes spki) throws MalformedInputException {
        if (spki.length() > MAX_SPKI_BYTES) {
            throw new MalformedInputException("public key is too long");
        }
        try {
            return of(KeyFactory.getInstance("EdDSA").generatePublic(spec(spki)), spki);
        } catch (GeneralSecurityException notEdwards) {
            try {
                return of(KeyFactory.getInstance("EC").generatePublic(spec(spki)), spki);
            } catch (GeneralSecurityException notEcEither) {
                throw new MalformedInputException(
                        "public key is neither Ed25519 nor P-256", notEcEither);
            }
        }
    }

    /// @throws IllegalArgumentException where {@link #parse} refuses
    @JsonCreator
    static VerificationKey ofJson(String base64) {
        try {
            return parse(Bytes.ofBase64(base64));
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    public static VerificationKey parsePem(String pem) throws MalformedInputException {
        return parse(Pem.parse(pem, "PUBLIC KEY"));
    }

    static VerificationKey of(PublicKey key) throws MalformedInputException {
        return of(key, Bytes.copyOf(key.getEncoded()));
    }

    private static VerificationKey of(PublicKey key, Bytes spki) throws MalformedInputException {
        KeyType type =
                switch (key) {
                    case EdECPublicKey ed when "Ed25519".equals(ed.getParams().getName()) ->
                            KeyType.ED25519;
                    case ECPublicKey ec when P256.is(ec.getParams()) && CurvePoint.isOnCurve(ec) ->
                            KeyType.ECDSA_P256;
                    default ->
                            throw new MalformedInputException(
                                    "public key is neither Ed25519 nor P-256");
                };
        if (!Bytes.copyOf(key.getEncoded()).equals(spki)) {
            throw new MalformedInputException("public key is not in its one DER encoding");
        }
        return new VerificationKey(type, spki, key);
    }

    private static X509EncodedKeySpec spec(Bytes spki) {
        return new X509EncodedKeySpec(spki.toArray());
    }

    public KeyType type() {
        return type;
    }

    /// Lower-case hex SHA-256 of the SubjectPublicKeyInfo.
    public String keyId() {
        return keyId;
    }

    public Bytes spki() {
        return spki;
    }

    @JsonValue
    String json() {
        return spki.base64();
    }

    public String pem() {
        return Pem.write("PUBLIC KEY", spki);
    }

    public PublicKey toJca() {
        return key;
    }

    /// Whether `signature` is this key's over exactly `message`. ECDSA signatures are taken as DER
    /// and, as some DSSE signers write them, as 64 bytes r‖s.
    public boolean verifies(Bytes message, Bytes signature) {
        return switch (type) {
            case ED25519 -> verifies(type.jcaSignature(), message, signature);
            case ECDSA_P256 ->
                    verifies(type.jcaSignature(), message, signature)
                            || signature.length() == P256_RAW_BYTES
                                    && verifies(
                                            type.jcaSignature() + "inP1363Format",
                                            message,
                                            signature);
        };
    }

    private boolean verifies(String algorithm, Bytes message, Bytes signature) {
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(message.toArray());
            return verifier.verify(signature.toArray());
        } catch (GeneralSecurityException malformedSignature) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerificationKey that && spki.equals(that.spki);
    }

    @Override
    public int hashCode() {
        return spki.hashCode();
    }

    @Override
    public String toString() {
        return type.wire() + ":" + keyId.substring(0, 12);
    }
}
