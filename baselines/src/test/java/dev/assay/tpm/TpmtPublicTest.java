package dev.assay.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/// Public areas that are made here, right but for one thing.
final class TpmtPublicTest {
    private static final String HEAD = "0023" + "000b" + "00050072" + "0000" + "0010";
    private static final String ECDSA_SHA256 = "0018" + "000b";
    private static final String P256 = "0003";

    private static ECPublicKey p256() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return (ECPublicKey) generator.generateKeyPair().getPublic();
    }

    private static Bytes sized(Bytes value) {
        byte[] length = ByteBuffer.allocate(2).putShort((short) value.length()).array();
        return Bytes.copyOf(length).plus(value);
    }

    private static Bytes area(BigInteger x, BigInteger y) {
        return Bytes.ofHex(HEAD + ECDSA_SHA256 + P256 + "0010")
                .plus(sized(Bytes.copyOf(x.toByteArray())))
                .plus(sized(Bytes.copyOf(y.toByteArray())));
    }

    private static void refused(BigInteger x, BigInteger y) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> TpmtPublic.parse(area(x, y)))
                .withMessageContaining("no point of secp256r1");
    }

    @Test
    void aPointOfTheCurveIsAKey() throws Exception {
        ECPublicKey key = p256();
        TpmtPublic area = TpmtPublic.parse(area(key.getW().getAffineX(), key.getW().getAffineY()));
        assertThat(area.key()).isEqualTo(key);
        assertThat(area.faults()).isEmpty();
    }

    /// The JDK takes it: whoever does not ask verifies on another curve, which may be a weak one.
    @Test
    void aPointThatIsNotOnTheCurveIsRefused() {
        refused(BigInteger.ONE, BigInteger.ONE);
        refused(BigInteger.ZERO, BigInteger.ZERO);
    }

    /// Of which the JDK makes an exception that nobody declared.
    @Test
    void aCoordinateThatIsLongerThanTheFieldIsRefused() throws Exception {
        refused(BigInteger.ONE.shiftLeft(300), BigInteger.ONE);
        BigInteger prime = BigInteger.TWO.pow(256).subtract(BigInteger.TWO.pow(224));
        refused(p256().getW().getAffineX().add(prime), BigInteger.ONE);
    }

    @Test
    void aPemFileWithSuchAPointIsRefused() throws Exception {
        ECPublicKeySpec spec =
                new ECPublicKeySpec(
                        new ECPoint(BigInteger.ONE, BigInteger.ONE), p256().getParams());
        byte[] spki = KeyFactory.getInstance("EC").generatePublic(spec).getEncoded();
        String pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(spki)
                        + "\n-----END PUBLIC KEY-----\n";
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> AttestationKey.parse(Bytes.utf8(pem)));
    }
}
