package dev.assay.verifier.quote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.fixture.Quotes;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.PcrsFile;
import dev.assay.tpm.TpmtSignature;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Quotes that are made here, good but for one thing.
final class QuoteCheckTest {
    private static final Bytes NONCE = Bytes.utf8("nonce");

    private static List<String> refusals(List<PcrBank> values, int attributes) throws Exception {
        KeyPair key = Quotes.key();
        Bytes message = Quotes.message(NONCE, values);
        return QuoteCheck.run(
                        AttestationKey.parse(Quotes.area(key, attributes)),
                        message,
                        TpmtSignature.parse(Quotes.signature(key.getPrivate(), message)),
                        NONCE,
                        PcrsFile.parse(Quotes.pcrsFile(values)))
                .refusals();
    }

    private static PcrBank bank(HashAlgorithm algorithm, int pcrs) {
        Map<Integer, Bytes> values = new TreeMap<>();
        for (int pcr = 0; pcr < pcrs; pcr++) {
            values.put(pcr, algorithm.digest(Bytes.utf8("PCR " + pcr)));
        }
        return new PcrBank(algorithm, new TreeMap<>(values));
    }

    @Test
    void aQuoteOfTwoBanksIsGood() throws Exception {
        List<PcrBank> values =
                List.of(bank(HashAlgorithm.SHA256, 24), bank(HashAlgorithm.SHA1, 10));
        assertThat(refusals(values, Quotes.ATTRIBUTES)).isEmpty();
    }

    /// It is signed, and says nothing of what was measured.
    @Test
    void aQuoteOfNoPcrIsRefused() throws Exception {
        assertThat(refusals(List.of(), Quotes.ATTRIBUTES))
                .containsExactly("the quote is of no PCR");
    }
}
