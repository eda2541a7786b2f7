package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.verifier.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `quote verify`, `eventlog show` and `ima show` on files of other people's machines.
final class HardwareCommandTest {
    private static final String BOOT = "eventlogs/tpm2-tools/event-gce-ubuntu-2104-log.bin";
    private static final String IMA = "ima/rust-keylime/ascii_runtime_measurements";

    @TempDir private Path folder = Path.of("");
    private String nonce = "";

    @BeforeEach
    void aQuoteOfKeylime() throws Exception {
        JsonNode json =
                JsonMapper.shared()
                        .readTree(Vectors.read("quotes/keylime/keylime-checkquote.json").toArray());
        nonce = Bytes.utf8(json.get("nonce_ascii").asString()).hex();
        Files.writeString(folder.resolve("ak.pem"), json.get("ak_pub_pem").asString());
        write("quote", json.get("quote_TPMS_ATTEST_b64"));
        write("signature", json.get("signature_TPMT_SIGNATURE_b64"));
        write("pcrs", json.get("pcrs_tpm2tools_blob_b64"));
    }

    private void write(String name, JsonNode base64) throws Exception {
        Files.write(folder.resolve(name), Bytes.ofBase64(base64.asString()).toArray());
    }

    private Cli.Run verify(Object... more) {
        return Cli.run(
                List.of(
                        "quote",
                        "verify",
                        "--ak",
                        folder.resolve("ak.pem"),
                        "--quote",
                        folder.resolve("quote"),
                        "--signature",
                        folder.resolve("signature"),
                        "--pcrs",
                        folder.resolve("pcrs")),
                more);
    }

    @Test
    void aGoodQuoteNamesThePcrThatNoLogExplains() throws Exception {
        Cli.Run run = verify("--nonce", nonce);
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("GOOD", "PCR 16 of sha256 is explained by no log");

        JsonNode json = verify("--nonce", nonce, "--json").requireDone().json();
        assertThat(json.get("result").asString()).isEqualTo("good");
        assertThat(json.get("clockInfo").get("resetCount").asInt()).isEqualTo(3);
    }

    @Test
    void whereALogIsGivenWhatItLeavesOpenIsUndetermined() throws Exception {
        Cli.Run run = verify("--nonce", nonce, "--event-log", Vectors.file(BOOT));
        assertThat(run.exit()).isEqualTo(Exit.UNDETERMINED);
        assertThat(run.out()).contains("UNDETERMINED", "PCR 16 of sha256");
    }

    @Test
    void anotherNonceIsRefusedWithItsReason() throws Exception {
        Cli.Run run = verify("--nonce", "00", "--json");
        assertThat(run.exit()).isEqualTo(Exit.DRIFT);
        assertThat(run.json().get("refused").get(0).asString())
                .isEqualTo("the quote has another nonce");
    }

    @Test
    void aQuoteThatIsNoneIsRefusedWithItsReason() throws Exception {
        Files.write(folder.resolve("quote"), new byte[10]);
        Cli.Run run = verify("--nonce", nonce);
        assertThat(run.exit()).isEqualTo(Exit.DRIFT);
        assertThat(run.out()).contains("REFUSED", "quote.magic");
    }

    @Test
    void aNonceThatIsNoHexCannotBeMeant() {
        verify("--nonce", "x").requireFailed(Exit.USAGE, "--nonce is not hex");
    }

    @Test
    void anEventLogIsShown() throws Exception {
        Cli.Run run = Cli.run("eventlog", "show", Vectors.file(BOOT)).requireDone();
        assertThat(run.out())
                .contains(
                        "EV_EFI_ACTION",
                        "covered",
                        "Calling EFI Application from Boot Option",
                        "24af52a4f429b71a3184a6d64cddad17e54ea030e2aa6576bf3a5a3d8bd3328f");
        JsonNode json = Cli.run("eventlog", "show", Vectors.file(BOOT), "--json").json();
        assertThat(json.get("pcrs").get("sha256").get("14").asString())
                .isEqualTo("8351c65483c5419079e8c96758dd2130bee075d71fea226f68ec4eb5bfc71983");
    }

    @Test
    void anEmptyEventLogCouldNotBeDetermined() throws Exception {
        Cli.run("eventlog", "show", Vectors.file("eventlogs/odd/binary_bios_measurements-empty"))
                .requireFailed(Exit.UNDETERMINED, "no boot log");
    }

    @Test
    void anImaListIsShown() throws Exception {
        Cli.Run run = Cli.run("ima", "show", Vectors.file(IMA)).requireDone();
        assertThat(run.out()).contains("/init", "sha1 10 82231c67a69da98dc5b3aa10f6343d33109225fc");
        JsonNode json = Cli.run("ima", "show", Vectors.file(IMA), "--json").json();
        assertThat(json.get("entries").size()).isEqualTo(826);
    }
}
