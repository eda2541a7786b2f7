package dev.assay.verifier.enrol;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Credential;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.Marshal;
import dev.assay.tpm.TpmtPublic;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/// TPM2_MakeCredential without a TPM (TPM 2.0 Library, part 1, section 24): wraps a secret that
/// only the TPM with this endorsement key opens, and only while a key of exactly this name is
/// loaded in it. For endorsement keys of the standard templates, whose name's algorithm is SHA-256
/// and whose children's cipher is AES-128 in CFB mode.
final class CredentialMaker {
    private static final HashAlgorithm HASH = HashAlgorithm.SHA256;
    private static final int AES_BITS = 128;
    private static final int COORDINATE_BYTES = 32;
    private static final int P256_BITS = 256;
    private static final Bytes IDENTITY = Bytes.utf8("IDENTITY\0");
    private static final Bytes STORAGE = Bytes.utf8("STORAGE\0");
    private static final Bytes INTEGRITY = Bytes.utf8("INTEGRITY\0");

    private final SecureRandom random = new SecureRandom();

    /// The seed, and what carries it to the TPM.
    private record Seed(Bytes value, Bytes encrypted) {}

    /// @param name of the key that has to be loaded
    /// @throws MalformedInputException where the endorsement key is of no standard template
    Credential make(TpmtPublic endorsement, Bytes name, Bytes secret)
            throws MalformedInputException {
        if (endorsement.nameAlg() != HASH) {
            throw new MalformedInputException("endorsement key: its name is no SHA-256");
        }
        try {
            Seed seed =
                    switch (endorsement.key()) {
                        case RSAPublicKey rsa -> seed(rsa);
                        case ECPublicKey ecc -> seed(ecc);
                        default -> throw new MalformedInputException("endorsement key: no kind");
                    };
            Bytes cipherKey = kdfa(seed.value(), STORAGE, name, AES_BITS);
            Bytes identity = encrypt(cipherKey, new Marshal().sized(secret).done());
            Bytes macKey = kdfa(seed.value(), INTEGRITY, Bytes.EMPTY, HASH.bytes() * Byte.SIZE);
            Bytes outer = hmac(macKey, identity.plus(name));
            Bytes object = new Marshal().sized(outer).bytes(identity).done();
            return new Credential(
                    new Marshal().sized(object).done(),
                    new Marshal().sized(seed.encrypted()).done());
        } catch (GeneralSecurityException e) {
            throw new MalformedInputException("endorsement key: " + e.getMessage(), e);
        }
    }

    /// Section B.10.4.
    private Seed seed(RSAPublicKey key) throws GeneralSecurityException {
        byte[] seed = new byte[HASH.bytes()];
        random.nextBytes(seed);
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                key,
                new OAEPParameterSpec(
                        HASH.java(),
                        "MGF1",
                        MGF1ParameterSpec.SHA256,
                        new PSource.PSpecified(IDENTITY.toArray())));
        return new Seed(Bytes.copyOf(seed), Bytes.copyOf(cipher.doFinal(seed)));
    }

    /// Section C.6.4.
    private static Seed seed(ECPublicKey key)
            throws GeneralSecurityException, MalformedInputException {
        if (key.getParams().getOrder().bitLength() != P256_BITS) {
            throw new MalformedInputException("endorsement key: no P-256");
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(key.getParams());
        KeyPair ephemeral = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(key, true);
        Bytes shared = Bytes.copyOf(agreement.generateSecret());
        ECPoint point = ((ECPublicKey) ephemeral.getPublic()).getW();
        Bytes x = coordinate(point.getAffineX());
        Bytes seed = kdfe(shared, x, coordinate(key.getW().getAffineX()));
        return new Seed(seed, new Marshal().sized(x).sized(coordinate(point.getAffineY())).done());
    }

    private static Bytes coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[COORDINATE_BYTES];
        int length = Math.min(bytes.length, COORDINATE_BYTES);
        System.arraycopy(bytes, bytes.length - length, padded, COORDINATE_BYTES - length, length);
        return Bytes.copyOf(padded);
    }

    /// KDFe (section 11.4.10.3), one block of it.
    private static Bytes kdfe(Bytes shared, Bytes u, Bytes v) {
        MessageDigest hasher = HASH.hasher();
        new Marshal()
                .u32(1)
                .bytes(shared)
                .bytes(IDENTITY)
                .bytes(u)
                .bytes(v)
                .done()
                .updateInto(hasher);
        return Bytes.copyOf(hasher.digest());
    }

    /// KDFa (section 11.4.10.2), one block of it.
    private static Bytes kdfa(Bytes key, Bytes label, Bytes context, int bits)
            throws GeneralSecurityException {
        Bytes block = hmac(key, new Marshal().u32(1).bytes(label).bytes(context).u32(bits).done());
        return block.slice(0, bits / Byte.SIZE);
    }

    private static Bytes hmac(Bytes key, Bytes message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.toArray(), "HmacSHA256"));
        return Bytes.copyOf(mac.doFinal(message.toArray()));
    }

    private static Bytes encrypt(Bytes key, Bytes plain) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key.toArray(), "AES"),
                new IvParameterSpec(new byte[AES_BITS / Byte.SIZE]));
        return Bytes.copyOf(cipher.doFinal(plain.toArray()));
    }
}
