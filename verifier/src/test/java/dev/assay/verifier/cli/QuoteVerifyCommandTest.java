package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.fixture.BootLogs;
import dev.assay.fixture.ImaLists;
import dev.assay.fixture.Quotes;
import dev.assay.ima.ImaList;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A quote with both logs, made here, good but for one thing.
final class QuoteVerifyCommandTest {
    private static final HashAlgorithm SHA256 = HashAlgorithm.SHA256;
    private static final List<HashAlgorithm> BANKS = List.of(SHA256);
    private static final Bytes NONCE = Bytes.utf8("nonce");

    @TempDir private Path folder = Path.of("");
    private KeyPair key;
    private Bytes bootLog = Bytes.EMPTY;
    private Bytes aggregate = Bytes.EMPTY;

    QuoteVerifyCommandTest() throws Exception {
        key = Quotes.key();
    }

    @BeforeEach
    void theLogOfABoot() throws Exception {
        bootLog = BootLogs.header(BANKS);
        for (int pcr = 0; pcr < 10; pcr++) {
            bootLog =
                    bootLog.plus(
                            BootLogs.event(pcr, BootLogs.SEPARATOR, BANKS, Bytes.utf8("boot")));
        }
        Bytes all = Bytes.EMPTY;
        for (Bytes value : EventLog.parse(bootLog).replay(SHA256).values().values()) {
            all = all.plus(value);
        }
        Bytes digest = ImaLists.digest("sha256:", SHA256.digest(all));
        aggregate = ImaLists.entry(10, "ima-ng", digest, ImaLists.name("boot_aggregate"));
    }

    private void write(String name, Bytes content) throws Exception {
        Files.write(folder.resolve(name), content.toArray());
    }

    /// Of PCRs 0 to 9 as the boot log has them, and 10 as the list does; without those that are not
    /// to be quoted.
    private JsonNode verify(int exit, Bytes imaList, int... unquoted) throws Exception {
        TreeMap<Integer, Bytes> values =
                new TreeMap<>(EventLog.parse(bootLog).replay(SHA256).values());
        values.put(10, ImaList.parse(imaList).replay(SHA256, 10));
        for (int pcr : unquoted) {
            values.remove(pcr);
        }
        return verify(exit, imaList, List.of(new PcrBank(SHA256, values)));
    }

    private JsonNode verify(int exit, Bytes imaList, List<PcrBank> quoted) throws Exception {
        Bytes message = Quotes.message(NONCE, quoted);
        write("ak", Quotes.area(key, Quotes.ATTRIBUTES));
        write("quote", message);
        write("signature", Quotes.signature(key.getPrivate(), message));
        write("pcrs", Quotes.pcrsFile(quoted));
        write("boot.log", bootLog);
        write("ima.list", imaList);
        Cli.Run run = run("--json");
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(exit);
        return run.json();
    }

    private Cli.Run run(String... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("quote", "verify", "--nonce", NONCE.hex()));
        for (String file : List.of("ak", "quote", "signature", "pcrs")) {
            arguments.addAll(List.of("--" + file, folder.resolve(file)));
        }
        arguments.addAll(List.of("--event-log", folder.resolve("boot.log")));
        arguments.addAll(List.of("--ima-list", folder.resolve("ima.list")));
        return Cli.run(arguments, (Object[]) more);
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void aQuoteThatBothLogsExplainIsGood() throws Exception {
        JsonNode verdict = verify(Exit.CLEAN, aggregate.plus(ImaLists.file(10, "/bin/x")));
        assertThat(texts(verdict.get("notes"))).isEmpty();
    }

    /// Else whoever hands in any log with a quote of something else is told that it is good.
    @Test
    void aLogThatNoQuotedPcrVouchesForIsUndetermined() throws Exception {
        PcrBank other = new PcrBank(SHA256, new TreeMap<>(Map.of(16, SHA256.zeros())));
        JsonNode verdict = verify(Exit.UNDETERMINED, aggregate, List.of(other));
        assertThat(texts(verdict.get("undetermined")))
                .containsExactly(
                        "no quoted PCR vouches for the boot log",
                        "no quoted PCR vouches for the IMA list");
    }

    @Test
    void eventsOfAPcrThatIsNotQuotedAreNamed() throws Exception {
        JsonNode verdict = verify(Exit.CLEAN, aggregate.plus(ImaLists.file(11, "/bin/x")), 4, 5);
        assertThat(texts(verdict.get("notes")))
                .containsExactly(
                        "nothing vouches for what the boot log says of PCR 4, 5: not quoted",
                        "nothing vouches for what the IMA list says of PCR 11: not quoted");
    }

    @Test
    void violationsAreCounted() throws Exception {
        JsonNode verdict = verify(Exit.CLEAN, aggregate.plus(ImaLists.violation(10, "/bin/x")));
        assertThat(texts(verdict.get("notes")))
                .singleElement()
                .asString()
                .contains("violations", ": 1");
    }

    @Test
    void aListThatDoesNotBeginWithTheBootIsRefused() throws Exception {
        JsonNode verdict = verify(Exit.DRIFT, ImaLists.file(10, "/bin/x"));
        assertThat(texts(verdict.get("refused")))
                .containsExactly("the IMA list does not begin with boot_aggregate");
    }

    @Test
    void anAggregateThatCannotBeHeldAgainstTheBootIsNoted() throws Exception {
        bootLog = BootLogs.header(BANKS).plus(BootLogs.event(14, BootLogs.SEPARATOR, BANKS, NONCE));
        JsonNode verdict = verify(Exit.CLEAN, aggregate);
        assertThat(texts(verdict.get("notes")))
                .singleElement()
                .asString()
                .contains("boot_aggregate is held against nothing");
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithItsReason() throws Exception {
        verify(Exit.CLEAN, aggregate);
        write("ak", Bytes.utf8("none"));
        Cli.Run run = run("--json");
        assertThat(run.exit()).isEqualTo(Exit.DRIFT);
        assertThat(texts(run.json().get("refused"))).singleElement().asString().contains("public");
    }
}
