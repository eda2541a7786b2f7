package dev.assay.verifier.quote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.PcrsFile;
import dev.assay.tpm.TpmsAttest;
import dev.assay.tpm.TpmsClockInfo;
import dev.assay.tpm.TpmsPcrSelection;
import dev.assay.tpm.TpmtPublic;
import dev.assay.tpm.TpmtSignature;
import dev.assay.verifier.Vectors;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Quotes of other people's TPMs. Each refusal is of a quote that is valid but for one thing.
final class QuoteVectorTest {
    private static final String OTHER_KEY = "the signature is not this key's over this quote";
    private static final String OTHER_NONCE = "the quote has another nonce";
    private static final String OTHER_VALUES = "the values are not those that were quoted";

    private record Vector(
            AttestationKey ak,
            Bytes message,
            TpmtSignature signature,
            Bytes nonce,
            List<PcrBank> values) {
        List<String> refusals() throws MalformedInputException {
            return QuoteCheck.run(ak, message, signature, nonce, values).refusals();
        }

        Vector withMessage(Bytes other) {
            return new Vector(ak, other, signature, nonce, values);
        }

        Vector withNonce(Bytes other) {
            return new Vector(ak, message, signature, other, values);
        }

        Vector withSignature(TpmtSignature other) {
            return new Vector(ak, message, other, nonce, values);
        }

        Vector withValues(List<PcrBank> other) {
            return new Vector(ak, message, signature, nonce, other);
        }
    }

    private static Bytes flipped(Bytes bytes, int index) {
        byte[] changed = bytes.toArray();
        changed[index] ^= 1;
        return Bytes.copyOf(changed);
    }

    private static Vector keylime() throws Exception {
        JsonNode json =
                JsonMapper.shared()
                        .readTree(Vectors.read("quotes/keylime/keylime-checkquote.json").toArray());
        return new Vector(
                AttestationKey.parse(Bytes.utf8(json.get("ak_pub_pem").asString())),
                Bytes.ofBase64(json.get("quote_TPMS_ATTEST_b64").asString()),
                TpmtSignature.parse(
                        Bytes.ofBase64(json.get("signature_TPMT_SIGNATURE_b64").asString())),
                Bytes.utf8(json.get("nonce_ascii").asString()),
                PcrsFile.parse(Bytes.ofBase64(json.get("pcrs_tpm2tools_blob_b64").asString())));
    }

    private static Bytes reversed(Bytes bytes) {
        byte[] turned = new byte[bytes.length()];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = bytes.at(turned.length - 1 - i);
        }
        return Bytes.copyOf(turned);
    }

    /// `quote.bin` frames what it holds by 64-bit lengths.
    private static Vector azure() throws Exception {
        Cursor cursor =
                Cursor.littleEndian(Vectors.read("quotes/azure-vtpm/quote.bin"), "quote.bin");
        Bytes signature = cursor.read("signature", (int) cursor.readU64("length"));
        Bytes message = cursor.read("message", (int) cursor.readU64("length"));
        SortedMap<Integer, Bytes> values = new TreeMap<>();
        long count = cursor.readU64("count");
        for (int pcr = 0; pcr < count; pcr++) {
            values.put(pcr, cursor.read("pcr", HashAlgorithm.SHA256.bytes()));
        }
        return new Vector(
                AttestationKey.parse(Vectors.read("quotes/azure-vtpm/akpub.pem")),
                message,
                new TpmtSignature.Rsassa(HashAlgorithm.SHA256, signature),
                Bytes.utf8("challenge"),
                List.of(new PcrBank(HashAlgorithm.SHA256, values)));
    }

    @Test
    void aQuoteOfKeylimeIsGood() throws Exception {
        Vector quote = keylime();
        assertThat(quote.refusals()).isEmpty();
        assertThat(TpmsAttest.parse(quote.message()).pcrSelect())
                .extracting(TpmsPcrSelection::toString)
                .containsExactly("sha256:16");
    }

    @Test
    void aQuoteOfAzureIsGoodAndTellsItsBoot() throws Exception {
        Vector quote = azure();
        assertThat(quote.refusals()).isEmpty();
        TpmsAttest attest = TpmsAttest.parse(quote.message());
        assertThat(attest.clockInfo()).isEqualTo(new TpmsClockInfo(0x2fc8b5, 3, 0, true));
        assertThat(attest.firmwareVersion()).isEqualTo(0x2020031200120003L);
    }

    @Test
    void aChangedBitOfTheMessageIsNotSigned() throws Exception {
        Vector quote = keylime();
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> quote.withMessage(flipped(quote.message(), 2)).refusals());
        assertThat(quote.withMessage(flipped(quote.message(), 70)).refusals()).contains(OTHER_KEY);
    }

    @Test
    void anotherNonceIsRefused() throws Exception {
        Vector quote = keylime();
        assertThat(quote.withNonce(Bytes.utf8("other")).refusals()).containsExactly(OTHER_NONCE);
        assertThat(quote.withNonce(Bytes.EMPTY).refusals()).containsExactly(OTHER_NONCE);
        assertThat(azure().withNonce(Bytes.utf8("challenge2")).refusals())
                .containsExactly(OTHER_NONCE);
    }

    @Test
    void aChangedValueIsRefused() throws Exception {
        Vector quote = keylime();
        PcrBank bank = quote.values().getFirst();
        SortedMap<Integer, Bytes> changed = new TreeMap<>(bank.values());
        changed.replaceAll((pcr, value) -> flipped(value, 0));
        assertThat(quote.withValues(List.of(new PcrBank(bank.algorithm(), changed))).refusals())
                .containsExactly(OTHER_VALUES);
    }

    @Test
    void valuesOfOtherPcrsAreRefused() throws Exception {
        Vector quote = keylime();
        Bytes value = quote.values().getFirst().values().get(16);
        SortedMap<Integer, Bytes> moved = new TreeMap<>();
        moved.put(23, Objects.requireNonNull(value));
        assertThat(quote.withValues(List.of(new PcrBank(HashAlgorithm.SHA256, moved))).refusals())
                .singleElement()
                .asString()
                .contains("sha256:23", "sha256:16");
        assertThat(quote.withValues(List.of()).refusals()).isNotEmpty();
    }

    @Test
    void aTurnedSignatureIsRefused() throws Exception {
        Vector quote = azure();
        Bytes value = ((TpmtSignature.Rsassa) quote.signature()).value();
        assertThat(
                        quote.withSignature(
                                        new TpmtSignature.Rsassa(
                                                HashAlgorithm.SHA256, reversed(value)))
                                .refusals())
                .containsExactly(OTHER_KEY);
    }

    @Test
    void aSignatureOfAnotherSchemeOrHashIsRefused() throws Exception {
        Vector quote = keylime();
        Bytes value = ((TpmtSignature.Rsassa) quote.signature()).value();
        assertThat(
                        quote.withSignature(new TpmtSignature.Rsapss(HashAlgorithm.SHA256, value))
                                .refusals())
                .contains(OTHER_KEY);
        assertThat(
                        quote.withSignature(new TpmtSignature.Rsassa(HashAlgorithm.SHA1, value))
                                .refusals())
                .contains(OTHER_KEY)
                .anyMatch(reason -> reason.contains("SHA-1"));
        assertThat(
                        quote.withSignature(
                                        new TpmtSignature.Ecdsa(HashAlgorithm.SHA256, value, value))
                                .refusals())
                .contains(OTHER_KEY);
    }

    @Test
    void filesOfTpm2ToolsAreRead() throws Exception {
        Bytes message = Vectors.read("quotes/keylime/quote.out");
        TpmsAttest attest = TpmsAttest.parse(message);
        AttestationKey ak = AttestationKey.parse(Vectors.read("quotes/keylime/akpub.pem"));

        assertThat(attest.extraData()).isEqualTo(Vectors.read("quotes/keylime/rand.out"));
        assertThat(attest.pcrSelect().getFirst().pcrs()).containsExactly(15, 16, 22);
        assertThat(
                        TpmtSignature.parse(Vectors.read("quotes/keylime/quotesig.out"))
                                .isGood(ak.key(), message))
                .isTrue();
    }

    @Test
    void aQuoteWithoutNonceIsRefusedThoughItIsSigned() throws Exception {
        Bytes token = Vectors.read("quotes/enacttrust/basic.token");
        Cursor cursor = new Cursor(token, "token");
        cursor.read("node", 16);
        Bytes message = cursor.readFrame16("attest", 1000);
        TpmtSignature signature = TpmtSignature.parse(cursor.read("signature", cursor.remaining()));
        AttestationKey ak = AttestationKey.parse(Vectors.read("quotes/enacttrust/basic.pem.pub"));

        assertThat(signature.isGood(ak.key(), message)).isTrue();
        assertThat(QuoteCheck.run(ak, message, signature, Bytes.EMPTY, List.of()).refusals())
                .contains("the quote has no nonce");
    }

    @Test
    void aQuoteOfAnotherKeyIsRefusedByName() throws Exception {
        String[] parts =
                Vectors.read("quotes/rust-keylime/test-quote.txt")
                        .lossyText()
                        .strip()
                        .split(":", -1);
        AttestationKey ak =
                AttestationKey.parse(Vectors.read("quotes/rust-keylime/wrong-key.pub.pem"));
        assertThat(
                        QuoteCheck.run(
                                        ak,
                                        Bytes.ofBase64(parts[0].substring(1)),
                                        TpmtSignature.parse(Bytes.ofBase64(parts[1])),
                                        Bytes.utf8("TEST"),
                                        PcrsFile.parse(Bytes.ofBase64(parts[2])))
                                .refusals())
                .contains(OTHER_KEY);
    }

    @Test
    void anEndorsementKeysAreaGivesItsKeyAndIsNoAttestationKey() throws Exception {
        TpmtPublic ek = TpmtPublic.parseSized(Vectors.read("quotes/keylime/ek.pub"));
        AttestationKey pem = AttestationKey.parse(Vectors.read("quotes/keylime/ekpub.pem"));

        assertThat(ek.key()).isEqualTo(pem.key());
        assertThat(ek.faults()).contains("does not sign", "decrypts too");
        assertThat(ek.name().length()).isEqualTo(34);
    }

    /// Every cut of each structure is refused by the one declared exception.
    @Test
    void noCutGetsOut() throws Exception {
        Bytes message = keylime().message();
        Bytes area = Vectors.read("quotes/keylime/ek.pub");
        Bytes signature = Vectors.read("quotes/keylime/quotesig.out");
        for (int length = 0; length < message.length(); length++) {
            Bytes cut = message.slice(0, length);
            assertThatExceptionOfType(MalformedInputException.class)
                    .isThrownBy(() -> TpmsAttest.parse(cut));
        }
        for (int length = 0; length < area.length(); length++) {
            Bytes cut = area.slice(0, length);
            assertThatExceptionOfType(MalformedInputException.class)
                    .isThrownBy(() -> TpmtPublic.parseSized(cut));
        }
        for (int length = 0; length < signature.length(); length++) {
            Bytes cut = signature.slice(0, length);
            assertThatExceptionOfType(MalformedInputException.class)
                    .isThrownBy(() -> TpmtSignature.parse(cut));
        }
    }

    @Test
    void bytesBehindTheEndAreRefused() throws Exception {
        Bytes message = keylime().message().plus(Bytes.ofHex("00"));
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> TpmsAttest.parse(message))
                .withMessageContaining("trailing");
        Bytes extended = Bytes.copyOf(quoteSignature().toArray()).plus(Bytes.ofHex("00"));
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> TpmtSignature.parse(extended));
    }

    private static Bytes quoteSignature() throws IOException {
        return Vectors.read("quotes/keylime/quotesig.out");
    }
}
