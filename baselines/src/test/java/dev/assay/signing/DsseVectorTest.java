package dev.assay.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope.EnvelopeSignature;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Envelopes that other projects signed.
final class DsseVectorTest {
    private static final int MAX_BYTES = 1 << 20;

    private static Bytes read(String name) throws IOException {
        Path file =
                Path.of(System.getProperty("assay.vectors", "../../shared/vectors"), "dsse", name);
        assumeTrue(Files.exists(file), "no test vector " + file);
        return Bytes.copyOf(Files.readAllBytes(file));
    }

    @Test
    void theSpecificationsExampleIsVerified() throws Exception {
        JsonNode vector = JsonMapper.shared().readTree(read("dsse-vector.json").toArray());
        AlgorithmParameters p256 = AlgorithmParameters.getInstance("EC");
        p256.init(new ECGenParameterSpec(P256.NAME));
        VerificationKey key =
                VerificationKey.of(
                        KeyFactory.getInstance("EC")
                                .generatePublic(
                                        new ECPublicKeySpec(
                                                new ECPoint(
                                                        coordinate(vector, "x"),
                                                        coordinate(vector, "y")),
                                                p256.getParameterSpec(ECParameterSpec.class))));
        String type = vector.get("payloadType").stringValue();
        Bytes payload = Bytes.utf8(vector.get("payload_ascii").stringValue());
        Bytes signature = Bytes.ofBase64(vector.get("sig_raw_r_s_b64").stringValue());
        Envelope envelope =
                new Envelope(payload, type, List.of(new EnvelopeSignature("", signature)));
        assertThat(envelope.verify(type, Set.of(key), 1)).isNotNull();
        Envelope other =
                new Envelope(
                        payload.plus(payload), type, List.of(new EnvelopeSignature("", signature)));
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(() -> other.verify(type, Set.of(key), 1));
    }

    private static BigInteger coordinate(JsonNode vector, String name) {
        return vector.get("key").get(name).bigIntegerValue();
    }

    @Test
    void anotherProjectsSignedDocumentIsVerified() throws Exception {
        VerificationKey key =
                VerificationKey.parsePem(read("runtime-policy-pubkey.pub").lossyText());
        Envelope envelope = Envelope.parse(read("runtime-policy-test-signed.json"), MAX_BYTES);
        assertThat(envelope.verify("application/vnd.keylime+json", Set.of(key), 1)).isNotNull();
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(() -> envelope.verify(TrustRoot.PAYLOAD_TYPE, Set.of(key), 1));
    }

    @Test
    void aSignatureThatIsNoBase64IsRefused() throws Exception {
        Bytes bad = read("runtime-policy-test-signed-bad.json");
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> Envelope.parse(bad, MAX_BYTES));
    }
}
