package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.CurvePoint;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;

/// TPMT_PUBLIC of an RSA or ECC key (TPM 2.0 Library, part 2, section 12.2.4).
///
/// @param area the bytes as they came: the name is a digest of them
/// @param attributes TPMA_OBJECT, section 8.3
public record TpmtPublic(Bytes area, HashAlgorithm nameAlg, long attributes, PublicKey key) {
    public static final long FIXED_TPM = 1 << 1;
    public static final long FIXED_PARENT = 1 << 4;
    public static final long SENSITIVE_DATA_ORIGIN = 1 << 5;
    public static final long RESTRICTED = 1 << 16;
    public static final long DECRYPT = 1 << 17;
    public static final long SIGN = 1 << 18;

    private static final int MAX_BYTES = 1024;
    private static final int MAX_POLICY_BYTES = 64;
    private static final int MAX_RSA_BYTES = 512;
    private static final int MAX_COORDINATE_BYTES = 66;
    private static final int RSA = 0x0001;
    private static final int ECC = 0x0023;
    private static final int NULL = 0x0010;
    private static final int RSAES = 0x0015;
    private static final int ECDAA = 0x001a;
    private static final long USUAL_EXPONENT = 65_537;

    /// TPM2B_PUBLIC.
    public static TpmtPublic parseSized(Bytes sized) throws MalformedInputException {
        Cursor cursor = new Cursor(sized, "public area");
        Bytes area = cursor.readFrame16("size", MAX_BYTES);
        cursor.requireEnd();
        return parse(area);
    }

    public static TpmtPublic parse(Bytes area) throws MalformedInputException {
        Cursor cursor = new Cursor(area, "public area");
        int type = cursor.readU16("type");
        int name = cursor.readU16("nameAlg");
        HashAlgorithm nameAlg =
                HashAlgorithm.ofId(name)
                        .orElseThrow(() -> cursor.refused("nameAlg", name + " is not known here"));
        long attributes = cursor.readU32("objectAttributes");
        cursor.readFrame16("authPolicy", MAX_POLICY_BYTES);
        PublicKey key =
                switch (type) {
                    case RSA -> rsa(cursor);
                    case ECC -> ecc(cursor);
                    default -> throw cursor.refused("type", "is neither RSA nor ECC");
                };
        cursor.requireEnd();
        return new TpmtPublic(area, nameAlg, attributes, key);
    }

    /// Which no one but the holder of exactly this area has (part 1, section 16).
    public Bytes name() {
        byte[] algorithm = {(byte) (nameAlg.id() >> Byte.SIZE), (byte) nameAlg.id()};
        return Bytes.copyOf(algorithm).plus(nameAlg.digest(area));
    }

    /// What keeps this key from being the attestation key of one TPM: a key that is not restricted
    /// signs whatever it is given, also a quote that no TPM made.
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        require(RESTRICTED, "is not restricted: it signs what no TPM measured", faults);
        require(SIGN, "does not sign", faults);
        require(FIXED_TPM, "is not fixed to its TPM", faults);
        require(FIXED_PARENT, "is not fixed to its parent", faults);
        require(SENSITIVE_DATA_ORIGIN, "was not made by its TPM", faults);
        if ((attributes & DECRYPT) != 0) {
            faults.add("decrypts too");
        }
        return faults;
    }

    private void require(long attribute, String fault, List<String> faults) {
        if ((attributes & attribute) == 0) {
            faults.add(fault);
        }
    }

    /// TPMS_RSA_PARMS, section 12.2.3.5.
    private static PublicKey rsa(Cursor cursor) throws MalformedInputException {
        skipSymmetric(cursor);
        int scheme = cursor.readU16("scheme");
        if (scheme != NULL && scheme != RSAES) {
            cursor.readU16("scheme.hash");
        }
        cursor.readU16("keyBits");
        long exponent = cursor.readU32("exponent");
        Bytes modulus = cursor.readFrame16("unique", MAX_RSA_BYTES);
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(
                            new RSAPublicKeySpec(
                                    number(modulus),
                                    BigInteger.valueOf(exponent == 0 ? USUAL_EXPONENT : exponent)));
        } catch (GeneralSecurityException e) {
            throw cursor.refused("unique", "is no RSA key");
        }
    }

    /// TPMS_ECC_PARMS, section 12.2.3.6. Java takes a point that is on no curve.
    private static PublicKey ecc(Cursor cursor) throws MalformedInputException {
        skipSymmetric(cursor);
        int scheme = cursor.readU16("scheme");
        if (scheme != NULL) {
            cursor.readU16("scheme.hash");
        }
        if (scheme == ECDAA) {
            cursor.readU16("scheme.count");
        }
        int curve = cursor.readU16("curveID");
        String name =
                switch (curve) {
                    case 0x0003 -> "secp256r1";
                    case 0x0004 -> "secp384r1";
                    default -> throw cursor.refused("curveID", curve + " is not known here");
                };
        if (cursor.readU16("kdf") != NULL) {
            cursor.readU16("kdf.hash");
        }
        Bytes x = cursor.readFrame16("unique.x", MAX_COORDINATE_BYTES);
        Bytes y = cursor.readFrame16("unique.y", MAX_COORDINATE_BYTES);
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(name));
            ECParameterSpec known = parameters.getParameterSpec(ECParameterSpec.class);
            ECPoint point = new ECPoint(number(x), number(y));
            if (!CurvePoint.isOnCurve(point, known.getCurve())) {
                throw cursor.refused("unique", "is no point of " + name);
            }
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, known));
        } catch (GeneralSecurityException e) {
            throw cursor.refused("unique", "is no key of " + name);
        }
    }

    /// TPMT_SYM_DEF_OBJECT, section 11.1.7: of a signing key none, of a storage key its children's.
    private static void skipSymmetric(Cursor cursor) throws MalformedInputException {
        if (cursor.readU16("symmetric") != NULL) {
            cursor.readU16("symmetric.keyBits");
            cursor.readU16("symmetric.mode");
        }
    }

    private static BigInteger number(Bytes unsigned) {
        return new BigInteger(1, unsigned.toArray());
    }
}
