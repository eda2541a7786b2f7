package dev.assay.ima;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Spki;
import dev.assay.tpm.HashAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import javax.crypto.Cipher;

/// Whose signature on a file makes it golden: the public half of what `evmctl ima_sign` signs with.
/// RSA from 2048 bits, ECDSA on the NIST curves.
public final class ImaSigner {
    private static final int MAX_SPKI_BYTES = 1024;
    private static final int MIN_RSA_BITS = 2048;
    private static final int KEY_ID_BYTES = 4;
    private static final String NO_KEY =
            "IMA signer is neither an RSA key of 2048 bits or more nor a key of a NIST curve";

    private final Bytes spki;
    private final PublicKey key;
    private final Bytes keyId;

    private ImaSigner(Bytes spki, PublicKey key) {
        this.spki = spki;
        this.key = key;
        Bytes name = HashAlgorithm.SHA1.digest(Spki.keyBits(key));
        this.keyId = name.slice(name.length() - KEY_ID_BYTES, name.length());
    }

    /// @param spki a SubjectPublicKeyInfo, DER
    public static ImaSigner of(Bytes spki) throws MalformedInputException {
        if (spki.length() > MAX_SPKI_BYTES) {
            throw new MalformedInputException("IMA signer is too long a key");
        }
        PublicKey key =
                parse("RSA", spki)
                        .or(() -> parse("EC", spki))
                        .orElseThrow(() -> new MalformedInputException(NO_KEY));
        return new ImaSigner(spki, key);
    }

    @JsonCreator
    static ImaSigner ofJson(Bytes spki) {
        try {
            return of(spki);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Optional<PublicKey> parse(String algorithm, Bytes spki) {
        try {
            PublicKey key =
                    KeyFactory.getInstance(algorithm)
                            .generatePublic(new X509EncodedKeySpec(spki.toArray()));
            boolean isWeak =
                    key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS;
            return isWeak ? Optional.empty() : Optional.of(key);
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    @JsonValue
    public Bytes spki() {
        return spki;
    }

    /// Whether this key signed what the entry measured.
    public boolean signed(ImaEntry entry) {
        return ImaSignature.of(entry)
                .filter(signature -> signature.keyId().equals(keyId))
                .filter(signature -> verifies(signature, entry.digest()))
                .isPresent();
    }

    private boolean verifies(ImaSignature signature, Bytes digest) {
        try {
            return key instanceof ECPublicKey
                    ? verifiesEcdsa(signature, digest)
                    : verifiesRsa(signature, digest);
        } catch (GeneralSecurityException e) {
            // What is no signature is not this key's.
            return false;
        }
    }

    private boolean verifiesEcdsa(ImaSignature signature, Bytes digest)
            throws GeneralSecurityException {
        Signature ecdsa = Signature.getInstance("NONEwithECDSA");
        ecdsa.initVerify(key);
        ecdsa.update(digest.toArray());
        return ecdsa.verify(signature.value().toArray());
    }

    /// PKCS #1 1.5 over a digest that was made elsewhere: what the padding holds has to be exactly
    /// the DigestInfo (RFC 8017, section 9.2).
    private boolean verifiesRsa(ImaSignature signature, Bytes digest)
            throws GeneralSecurityException {
        Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        rsa.init(Cipher.DECRYPT_MODE, key);
        Bytes padded = Bytes.copyOf(rsa.doFinal(signature.value().toArray()));
        return padded.equals(signature.digestInfo(digest));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImaSigner signer && spki.equals(signer.spki);
    }

    @Override
    public int hashCode() {
        return spki.hashCode();
    }

    @Override
    public String toString() {
        return "IMA signer " + keyId.hex();
    }
}
