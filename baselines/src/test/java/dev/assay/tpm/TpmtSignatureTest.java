package dev.assay.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TpmtSignatureTest {
    private static final Bytes MESSAGE = Bytes.utf8("what the TPM measured");

    private static Bytes signed(PrivateKey key, HashAlgorithm hash, int salt) throws Exception {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
                new PSSParameterSpec(
                        hash.java(),
                        "MGF1",
                        new MGF1ParameterSpec(hash.java()),
                        salt,
                        PSSParameterSpec.TRAILER_FIELD_BC));
        signature.initSign(key);
        signature.update(MESSAGE.toArray());
        return Bytes.copyOf(signature.sign());
    }

    /// A TPM takes the longest salt that fits, or, to be FIPS compliant, one as long as the digest.
    @ParameterizedTest
    @CsvSource({
        "2048, SHA256, 32, true",
        "2048, SHA256, 222, true",
        "2048, SHA512, 190, true",
        "3072, SHA384, 334, true",
        "2048, SHA256, 0, false",
        "2048, SHA256, 31, false",
        "2048, SHA256, 221, false"
    })
    void aSaltIsAsLongAsATpmsIs(int bits, HashAlgorithm hash, int salt, boolean isGood)
            throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        KeyPair pair = generator.generateKeyPair();
        TpmtSignature signature =
                new TpmtSignature.Rsapss(hash, signed(pair.getPrivate(), hash, salt));

        assertThat(signature.isGood(pair.getPublic(), MESSAGE)).isEqualTo(isGood);
        assertThat(signature.isGood(pair.getPublic(), Bytes.utf8("another"))).isFalse();
    }
}
