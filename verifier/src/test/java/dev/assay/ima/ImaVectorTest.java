package dev.assay.ima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Pem;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.verifier.Vectors;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Measurement lists of other people's kernels.
final class ImaVectorTest {
    private static final String PCR10 = "82231c67a69da98dc5b3aa10f6343d33109225fc";

    private static ImaList rust() throws Exception {
        return ImaList.parse(Vectors.read("ima/rust-keylime/ascii_runtime_measurements"));
    }

    private static JsonNode keylime() throws Exception {
        return JsonMapper.shared().readTree(Vectors.read("ima/keylime/keylime-ima.json").toArray());
    }

    @Test
    void eachEntryIsWhatItsTemplateHashIsOf() throws Exception {
        assertThat(rust().entries()).hasSize(826);
    }

    @Test
    void theReplayGivesThePcr() throws Exception {
        assertThat(rust().replay(HashAlgorithm.SHA1, ImaList.PCR).hex()).isEqualTo(PCR10);
        assertThat(rust().reach(HashAlgorithm.SHA1, ImaList.PCR, Bytes.ofHex(PCR10)))
                .contains(new ImaList.Reached(826, false));
    }

    @Test
    void whatCameAfterTheQuoteWaits() throws Exception {
        ImaList list = rust();
        Bytes earlier =
                new ImaList(list.entries().subList(0, 500))
                        .replay(HashAlgorithm.SHA256, ImaList.PCR);
        assertThat(list.reach(HashAlgorithm.SHA256, ImaList.PCR, earlier))
                .contains(new ImaList.Reached(500, false));
    }

    @Test
    void aListThatLacksAnEntryNeverMeetsThePcr() throws Exception {
        ImaList list = rust();
        List<ImaEntry> entries = new ArrayList<>(list.entries());
        entries.remove(400);
        assertThat(new ImaList(entries).reach(HashAlgorithm.SHA1, ImaList.PCR, Bytes.ofHex(PCR10)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"MEASUREMENTS", "SIGNATURES", "KEYRINGS"})
    void listsWithSignaturesAndBuffersAreRead(String name) throws Exception {
        ImaList list = ImaList.parse(Bytes.utf8(keylime().get(name).asString()));
        assertThat(list.entries()).isNotEmpty();
        assertThat(list.entries()).allMatch(entry -> entry.pcr() == ImaList.PCR);
        assertThat(list.entries().getLast().extra().isEmpty())
                .isEqualTo(name.equals("MEASUREMENTS"));
    }

    @Test
    void anRsaSignatureOfSomebodyElsesIsVerified() throws Exception {
        Bytes key = Vectors.read("ima/keylime/ima_keys/rsa2048pub.pem");
        ImaSigner signer = ImaSigner.of(Pem.parse(key.lossyText(), "PUBLIC KEY"));
        List<ImaEntry> entries =
                ImaList.parse(Bytes.utf8(keylime().get("SIGNATURES").asString())).entries();
        assertThat(entries).extracting(signer::signed).containsExactly(true, false);
        ImaEntry signed = entries.getFirst();
        byte[] bytes = signed.extra().toArray();
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            assertThat(signer.signed(with(signed, Bytes.copyOf(changed))))
                    .as("byte " + i)
                    .isFalse();
            assertThat(signer.signed(with(signed, signed.extra().slice(0, i)))).isFalse();
        }
    }

    private static ImaEntry with(ImaEntry entry, Bytes extra) {
        return new ImaEntry(
                entry.number(),
                entry.pcr(),
                entry.templateHash(),
                entry.template(),
                entry.templateData(),
                entry.algorithm(),
                entry.digest(),
                entry.path(),
                extra);
    }

    /// Whoever changed the signatures did not know the template hashes.
    @Test
    void aListWithChangedSignaturesIsRefused() throws Exception {
        Bytes list = Bytes.utf8(keylime().get("BAD_SIGNATURES").asString());
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> ImaList.parse(list))
                .withMessageContaining("template hash");
    }

    /// SHA-256 template hashes are another kernel's: this format has SHA-1 ones.
    @Test
    void aListOfAnotherFormatIsRefused() throws Exception {
        Bytes list = Vectors.read("ima/keylime/ima-log-unknown");
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> ImaList.parse(list))
                .withMessageContaining("entry 0");
    }

    @Test
    void theBinaryListOfTheSameEntriesIsTheSame() throws Exception {
        ImaList ascii = rust();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ImaEntry entry : ascii.entries()) {
            out.writeBytes(new byte[] {10, 0, 0, 0});
            entry.templateHash().writeTo(out);
            TemplateData.framed(Bytes.utf8(entry.template().wire())).writeTo(out);
            TemplateData.framed(entry.templateData()).writeTo(out);
        }
        assertThat(ImaList.parse(Bytes.copyOf(out.toByteArray()))).isEqualTo(ascii);
    }
}
