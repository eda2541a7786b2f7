package dev.assay.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.Mutations;
import dev.assay.signing.Envelope.EnvelopeSignature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvelopeTest {
    private static final String TYPE = "application/vnd.assay.test+json";
    private static final Bytes PAYLOAD = Bytes.utf8("{\"a\":1}");
    private static final SigningKey ONE = SigningKey.generate(KeyType.ED25519);
    private static final SigningKey TWO = SigningKey.generate(KeyType.ECDSA_P256);
    private static final SigningKey STRANGER = SigningKey.generate(KeyType.ED25519);
    private static final Set<VerificationKey> KEYS =
            Set.of(ONE.verificationKey(), TWO.verificationKey());

    private static void requireNotSigned(Envelope envelope, int threshold) {
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(() -> envelope.verify(TYPE, KEYS, threshold));
    }

    private static Envelope with(List<EnvelopeSignature> signatures) {
        return new Envelope(PAYLOAD, TYPE, signatures);
    }

    private static EnvelopeSignature by(SigningKey key) {
        return Envelope.sign(TYPE, PAYLOAD, key).signatures().getFirst();
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void whatIsSignedIsVerifiedAlsoAfterJson(KeyType type) throws Exception {
        SigningKey key = SigningKey.generate(type);
        Bytes json = Json.write(Envelope.sign(TYPE, PAYLOAD, key));
        Envelope read = Envelope.parse(json, 1 << 16);
        assertThat(Json.write(read)).isEqualTo(json);
        Verified<Bytes> verified =
                read.verify(TYPE, Set.of(key.verificationKey()), 1).parse(bytes -> bytes);
        assertThat(verified.value()).isEqualTo(PAYLOAD);
        assertThat(verified.digest()).isEqualTo(read.payloadDigest());
        assertThat(verified.signers()).containsExactly(key.verificationKey().keyId());
    }

    @Test
    void aThresholdOfTwoNeedsTwoKeys() throws Exception {
        Envelope both = Envelope.sign(TYPE, PAYLOAD, ONE).plusSignature(TWO);
        assertThat(both.verify(TYPE, KEYS, 2)).isNotNull();
        requireNotSigned(Envelope.sign(TYPE, PAYLOAD, ONE), 2);
        requireNotSigned(Envelope.sign(TYPE, PAYLOAD, ONE).plusSignature(STRANGER), 2);
    }

    @Test
    void aKeyThatSignsTwiceCountsOnce() {
        EnvelopeSignature first = by(TWO);
        EnvelopeSignature again = by(TWO);
        assertThat(first.sig()).isNotEqualTo(again.sig());
        requireNotSigned(with(List.of(first, again)), 2);
        requireNotSigned(with(List.of(first, new EnvelopeSignature("", again.sig()))), 2);
        requireNotSigned(
                with(List.of(first, new EnvelopeSignature("another name", again.sig()))), 2);
        assertThat(Envelope.sign(TYPE, PAYLOAD, ONE).plusSignature(ONE).signatures()).hasSize(1);
    }

    @Test
    void aKeyidThatLiesDoesNotMakeAnotherKeyTheSigner() {
        String nameOfOne = ONE.verificationKey().keyId();
        requireNotSigned(with(List.of(new EnvelopeSignature(nameOfOne, by(STRANGER).sig()))), 1);
        requireNotSigned(
                with(List.of(by(ONE), new EnvelopeSignature(nameOfOne, by(ONE).sig()))), 2);
        requireNotSigned(
                with(List.of(by(ONE), new EnvelopeSignature(nameOfOne, by(TWO).sig()))), 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown"})
    void anUnknownKeyidIsOnlyAHint(String keyid) throws Exception {
        Envelope envelope = with(List.of(new EnvelopeSignature(keyid, by(TWO).sig())));
        assertThat(envelope.verify(TYPE, KEYS, 1)).isNotNull();
    }

    @Test
    void theTypeIsSignedAndDemanded() {
        Envelope signed = Envelope.sign(TYPE, PAYLOAD, ONE);
        Envelope renamed = new Envelope(PAYLOAD, TYPE + "x", signed.signatures());
        requireNotSigned(renamed, 1);
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(() -> renamed.verify(TYPE + "x", KEYS, 1));
        Envelope shifted = new Envelope(Bytes.utf8("x").plus(PAYLOAD), TYPE, signed.signatures());
        requireNotSigned(shifted, 1);
    }

    @Test
    void aSignatureThatIsNoneIsNotOne() {
        for (Bytes sig :
                List.of(
                        Bytes.EMPTY,
                        Bytes.copyOf(new byte[64]),
                        Bytes.copyOf(new byte[63]),
                        Bytes.ofHex("3006020100020100"),
                        Bytes.ofHex("ff".repeat(64)),
                        Bytes.copyOf(new byte[Envelope.MAX_SIGNATURE_BYTES]))) {
            requireNotSigned(with(List.of(new EnvelopeSignature("", sig))), 1);
            requireNotSigned(
                    with(
                            List.of(
                                    new EnvelopeSignature(ONE.verificationKey().keyId(), sig),
                                    new EnvelopeSignature(TWO.verificationKey().keyId(), sig))),
                    1);
        }
        requireNotSigned(with(List.of()), 1);
    }

    @Test
    void aThresholdBelowOneIsABug() {
        assertThatThrownBy(() -> Envelope.sign(TYPE, PAYLOAD, ONE).verify(TYPE, KEYS, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyChangedByteOfPayloadOrSignatureShows() {
        Envelope signed = Envelope.sign(TYPE, PAYLOAD, ONE);
        for (int i = 0; i < PAYLOAD.length(); i++) {
            byte[] changed = PAYLOAD.toArray();
            changed[i] ^= 1;
            requireNotSigned(new Envelope(Bytes.copyOf(changed), TYPE, signed.signatures()), 1);
        }
        for (int i = 0; i < 64; i++) {
            byte[] changed = signed.signatures().getFirst().sig().toArray();
            changed[i] ^= 1;
            requireNotSigned(with(List.of(new EnvelopeSignature("", Bytes.copyOf(changed)))), 1);
        }
    }

    @Test
    void aMessageOfAnotherTypeCannotSteerATerminal() {
        Envelope hostile = Envelope.sign("\u001b[2J", PAYLOAD, ONE);
        assertThatExceptionOfType(NotSignedException.class)
                .isThrownBy(() -> hostile.verify(TYPE, KEYS, 1))
                .withMessageNotContaining("\u001b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\"}",
                "{\"payload\":\"YQ==\",\"signatures\":[]}",
                "{\"payloadType\":\"t\",\"signatures\":[]}",
                "{\"payload\":null,\"payloadType\":\"t\",\"signatures\":[]}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":null}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[null]}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":{}}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[{}]}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"YQ==\"}]}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[{\"keyid\":\"\"}]}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[{\"keyid\":\"\",\"sig\":\"Y\"}]}",
                "{\"payload\":\"YQ\",\"payloadType\":\"t\",\"signatures\":[]}",
                "{\"payload\":\"YR==\",\"payloadType\":\"t\",\"signatures\":[]}",
                "{\"payload\":\"_-8=\",\"payloadType\":\"t\",\"signatures\":[]}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"\",\"signatures\":[]}",
                "{\"payload\":\"YQ==\",\"payloadType\":1,\"signatures\":[]}",
                "{\"payload\":\"YQ==\",\"payload\":\"Yg==\",\"payloadType\":\"t\",\"signatures\":[]}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[],\"more\":1}",
                "{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[]}}",
                "[{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[]}]",
            })
    void aMalformedEnvelopeIsRefused(String json) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> Envelope.parse(Bytes.utf8(json), 1 << 16));
    }

    @Test
    void limitsAreKept() {
        List<EnvelopeSignature> many = Collections.nCopies(Envelope.MAX_SIGNATURES, by(ONE));
        assertThat(with(many).signatures()).hasSize(Envelope.MAX_SIGNATURES);
        List<EnvelopeSignature> more = new ArrayList<>(many);
        more.add(by(ONE));
        String longKeyId = "k".repeat(Envelope.MAX_KEYID_CHARS + 1);
        Bytes longSignature = Bytes.copyOf(new byte[Envelope.MAX_SIGNATURE_BYTES + 1]);
        assertThatThrownBy(() -> with(more)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EnvelopeSignature(longKeyId, Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EnvelopeSignature("", longSignature))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                Envelope.unsigned(
                                        "t".repeat(Envelope.MAX_TYPE_CHARS + 1), Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mutatedEnvelopesAreVerifiedAsTheSamePayloadOrRefused() {
        Envelope good = Envelope.sign(TYPE, PAYLOAD, ONE);
        Set<Bytes> payloads = new HashSet<>();
        new Mutations("envelope")
                .run(
                        Json.write(good),
                        5000,
                        mutated -> {
                            Envelope read = Envelope.parse(mutated, 1 << 16);
                            read.verify(TYPE, KEYS, 1);
                            payloads.add(read.payload());
                        });
        assertThat(payloads).isSubsetOf(PAYLOAD);
    }
}
