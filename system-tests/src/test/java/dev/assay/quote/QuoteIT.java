package dev.assay.quote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.rig.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `quote verify` on exactly the files that tpm2-tools write, of keys as a TPM makes them.
final class QuoteIT {
    private static final String NONCE = "00112233445566778899aabbccddeeff";
    private static final int GOOD = 0;
    private static final int REFUSED = 1;

    @TempDir private Path folder;
    private SoftwareTpm tpm;

    @BeforeEach
    void start() throws Exception {
        SoftwareTpm.requirePrograms();
        tpm = new SoftwareTpm(folder);
        tpm.requireReachable();
    }

    @AfterEach
    void stop() {
        if (tpm != null) {
            tpm.close();
        }
    }

    private void attestationKey(String kind, String scheme) throws Exception {
        tpm.run("tpm2_createek", "-c", "ek.ctx", "-G", "rsa", "-u", "ek.pub");
        tpm.run(
                "tpm2_createak",
                "-C",
                "ek.ctx",
                "-c",
                "ak.ctx",
                "-G",
                kind,
                "-g",
                "sha256",
                "-s",
                scheme,
                "-u",
                "ak.tpm2b");
    }

    private void quote(String pcrs, String... more) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("tpm2_quote", "-c", "ak.ctx", "-l", pcrs, "-q", NONCE));
        command.addAll(List.of("-m", "quote", "-s", "signature", "-o", "pcrs"));
        command.addAll(List.of(more));
        tpm.run(command.toArray(String[]::new));
    }

    private JsonNode verify(String nonce, int exit) throws Exception {
        Path out = Files.createTempFile(folder, "verdict", ".json");
        List<String> arguments =
                List.of(
                        "quote",
                        "verify",
                        "--ak",
                        tpm.file("ak.tpm2b").toString(),
                        "--quote",
                        tpm.file("quote").toString(),
                        "--signature",
                        tpm.file("signature").toString(),
                        "--pcrs",
                        tpm.file("pcrs").toString(),
                        "--nonce",
                        nonce,
                        "--json");
        Process verify = Programs.ofSystemProperties().startVerifier(arguments, out);
        assertThat(verify.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(verify.exitValue()).as(Files.readString(out)).isEqualTo(exit);
        return Json.parseTree(Bytes.copyOf(Files.readAllBytes(out)), 1 << 20);
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void aQuoteOfAnRsaKeyIsGoodAndNamesWhatNoLogExplains() throws Exception {
        attestationKey("rsa", "rsassa");
        tpm.run("tpm2_pcrextend", "7:sha256=" + "5a".repeat(32));
        quote("sha256:0,7,16,17");

        JsonNode verdict = verify(NONCE, GOOD);
        assertThat(texts(verdict.get("notes")))
                .containsExactly("PCR 7 of sha256 is explained by no log");
        assertThat(verdict.get("pcrs").valueStream().map(pcr -> pcr.get("by").asString()))
                .containsExactly("reset-value", "nothing", "reset-value", "reset-value");
        assertThat(texts(verify("00", REFUSED).get("refused")))
                .containsExactly("the quote has another nonce");
    }

    @Test
    void aQuoteOfAnEllipticKeyOverThreeBanksIsGood() throws Exception {
        attestationKey("ecc", "ecdsa");
        quote("sha256:0,16+sha1:1,2+sha384:23");

        assertThat(verify(NONCE, GOOD).get("pcrs").size()).isEqualTo(5);
    }

    @Test
    void aQuoteWithPssIsGood() throws Exception {
        attestationKey("rsa", "rsapss");
        quote("sha256:0", "--scheme", "rsapss");
        verify(NONCE, GOOD);
    }

    /// It signs anything, also what only looks like a quote.
    @Test
    void aKeyThatIsNotRestrictedIsRefused() throws Exception {
        tpm.run(
                "tpm2_createprimary",
                "-C",
                "o",
                "-G",
                "rsa:rsassa-sha256:null",
                "-a",
                "sign|fixedtpm|fixedparent|sensitivedataorigin|userwithauth",
                "-c",
                "ak.ctx");
        tpm.run("tpm2_readpublic", "-c", "ak.ctx", "-o", "ak.tpm2b");
        quote("sha256:0");

        assertThat(texts(verify(NONCE, REFUSED).get("refused")))
                .containsExactly("the key is not restricted: it signs what no TPM measured");
    }

    @Test
    void aResetCountsOneMore() throws Exception {
        attestationKey("rsa", "rsassa");
        quote("sha256:0");
        long before = verify(NONCE, GOOD).get("clockInfo").get("resetCount").asLong();
        tpm.close();
        tpm = new SoftwareTpm(folder);
        attestationKey("rsa", "rsassa");
        quote("sha256:0");

        assertThat(verify(NONCE, GOOD).get("clockInfo").get("resetCount").asLong())
                .isEqualTo(before + 1);
    }
}
