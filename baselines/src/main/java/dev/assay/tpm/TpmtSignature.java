package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/// TPMT_SIGNATURE (TPM 2.0 Library, part 2, section 11.3.4) of the schemes that attestation keys
/// have.
public sealed interface TpmtSignature {
    int MAX_RSA_BYTES = 512;
    int MAX_COORDINATE_BYTES = 66;

    HashAlgorithm hash();

    /// Whether the key signed this very message. A key of another kind than the scheme's did not.
    boolean isGood(PublicKey key, Bytes message);

    /// RSASSA-PKCS1-v1_5.
    record Rsassa(HashAlgorithm hash, Bytes value) implements TpmtSignature {
        @Override
        public boolean isGood(PublicKey key, Bytes message) {
            return key instanceof RSAPublicKey && verified(named(hash, "RSA"), key, message, value);
        }
    }

    /// RSASSA-PSS. A TPM takes the longest salt that fits, or, where it is to be FIPS compliant,
    /// one as long as the digest (TPM 2.0 Library, part 1, annex B.7).
    record Rsapss(HashAlgorithm hash, Bytes value) implements TpmtSignature {
        /// The trailer, and the bit that makes the padding's first byte one (RFC 8017, section
        /// 9.1.1).
        private static final int FIXED_BYTES = 2;

        @Override
        public boolean isGood(PublicKey key, Bytes message) {
            if (!(key instanceof RSAPublicKey rsa)) {
                return false;
            }
            int encoded = (rsa.getModulus().bitLength() - 1 + 7) / Byte.SIZE;
            int longest = encoded - hash.bytes() - FIXED_BYTES;
            return isGood(key, message, hash.bytes())
                    || longest > hash.bytes() && isGood(key, message, longest);
        }

        private boolean isGood(PublicKey key, Bytes message, int saltBytes) {
            try {
                Signature signature = Signature.getInstance("RSASSA-PSS");
                signature.setParameter(
                        new PSSParameterSpec(
                                hash.java(),
                                "MGF1",
                                new MGF1ParameterSpec(hash.java()),
                                saltBytes,
                                PSSParameterSpec.TRAILER_FIELD_BC));
                return verified(signature, key, message, value);
            } catch (GeneralSecurityException e) {
                return false;
            }
        }
    }

    record Ecdsa(HashAlgorithm hash, Bytes r, Bytes s) implements TpmtSignature {
        @Override
        public boolean isGood(PublicKey key, Bytes message) {
            if (!(key instanceof ECPublicKey curve)) {
                return false;
            }
            int bytes = (curve.getParams().getOrder().bitLength() + 7) / Byte.SIZE;
            return r.length() <= bytes
                    && s.length() <= bytes
                    && verified(
                            named(hash, "ECDSAinP1363Format"),
                            key,
                            message,
                            padded(r, bytes).plus(padded(s, bytes)));
        }

        private static Bytes padded(Bytes number, int bytes) {
            return Bytes.copyOf(new byte[bytes - number.length()]).plus(number);
        }
    }

    static TpmtSignature parse(Bytes bytes) throws MalformedInputException {
        Cursor cursor = new Cursor(bytes, "signature");
        int scheme = cursor.readU16("sigAlg");
        HashAlgorithm hash = hash(cursor);
        TpmtSignature parsed =
                switch (scheme) {
                    case 0x0014 -> new Rsassa(hash, cursor.readFrame16("sig", MAX_RSA_BYTES));
                    case 0x0016 -> new Rsapss(hash, cursor.readFrame16("sig", MAX_RSA_BYTES));
                    case 0x0018 ->
                            new Ecdsa(
                                    hash,
                                    cursor.readFrame16("signatureR", MAX_COORDINATE_BYTES),
                                    cursor.readFrame16("signatureS", MAX_COORDINATE_BYTES));
                    default ->
                            throw cursor.refused(
                                    "sigAlg",
                                    String.format("0x%04x is no scheme of a quote", scheme));
                };
        cursor.requireEnd();
        return parsed;
    }

    private static HashAlgorithm hash(Cursor cursor) throws MalformedInputException {
        int id = cursor.readU16("hash");
        return HashAlgorithm.ofId(id)
                .orElseThrow(() -> cursor.refused("hash", id + " is not known here"));
    }

    private static Signature named(HashAlgorithm hash, String scheme) {
        try {
            return Signature.getInstance(hash.java().replace("-", "") + "with" + scheme);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + scheme, e);
        }
    }

    private static boolean verified(
            Signature signature, PublicKey key, Bytes message, Bytes value) {
        try {
            signature.initVerify(key);
            signature.update(message.toArray());
            return signature.verify(value.toArray());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
