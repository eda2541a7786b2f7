package dev.assay.verifier.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.fixture.BootLogs;
import dev.assay.fixture.ImaLists;
import dev.assay.ima.ImaEntry;
import dev.assay.ima.ImaList;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.verifier.Vectors;
import dev.assay.verifier.platform.Explained.By;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Quoted values and the logs of the same boots, and of others.
final class ExplanationTest {
    private static final Pattern PCR = Pattern.compile("(?m)^(\\d+): ([0-9a-f]{40})$");
    private static final HashAlgorithm SHA256 = HashAlgorithm.SHA256;
    private static final List<HashAlgorithm> BANKS = List.of(HashAlgorithm.SHA1, SHA256);

    private static EventLog boot(String name) throws Exception {
        return EventLog.parse(Vectors.read("eventlogs/tpm2-tools/" + name));
    }

    private static ImaList ima() throws Exception {
        return ImaList.parse(Vectors.read("ima/rust-keylime/ascii_runtime_measurements"));
    }

    private static List<By> explained(
            SortedMap<Integer, Bytes> values, Optional<EventLog> boot, Optional<ImaList> ima) {
        return new Explanation(boot, ima)
                .explain(List.of(new PcrBank(SHA256, values))).stream().map(Explained::by).toList();
    }

    private static SortedMap<Integer, Bytes> values(Map<Integer, Bytes> values) {
        return new TreeMap<>(values);
    }

    @Test
    void eachPcrIsExplainedOrNamed() throws Exception {
        EventLog log = boot("event-gce-ubuntu-2104-log.bin");
        SortedMap<Integer, Bytes> values = new TreeMap<>(log.replay(SHA256).values());
        values.keySet().removeIf(pcr -> pcr > 1);
        values.put(10, ima().replay(SHA256, ImaList.PCR));
        values.put(11, SHA256.digest(Bytes.utf8("measured by what nobody told of")));
        values.put(16, SHA256.zeros());
        values.put(17, Bytes.ofHex("ff".repeat(32)));

        assertThat(explained(values, Optional.of(log), Optional.of(ima())))
                .containsExactly(
                        By.BOOT_LOG,
                        By.BOOT_LOG,
                        By.IMA_LIST,
                        By.NOTHING,
                        By.RESET_VALUE,
                        By.RESET_VALUE);
    }

    @Test
    void aLogOfAnotherBootContradicts() throws Exception {
        SortedMap<Integer, Bytes> values =
                values(boot("event-gce-ubuntu-2104-log.bin").replay(SHA256).values());
        values.keySet().removeIf(pcr -> pcr > 0);

        assertThat(explained(values, Optional.of(boot("event-arch-linux.bin")), Optional.empty()))
                .containsExactly(By.CONTRADICTED);
    }

    @Test
    void aListWithoutOneProgramContradicts() throws Exception {
        Bytes quoted = ima().replay(SHA256, ImaList.PCR);
        List<ImaEntry> entries = ima().entries();
        ImaList hidden = new ImaList(entries.subList(0, entries.size() - 1));

        assertThat(
                        explained(
                                values(Map.of(ImaList.PCR, quoted)),
                                Optional.empty(),
                                Optional.of(hidden)))
                .containsExactly(By.CONTRADICTED);
    }

    /// A machine whose log, PCRs and first IMA entry belong together.
    @Test
    void theBootAggregateIsOfTheBootsOwnPcrs() throws Exception {
        String folder = "eventlogs/ima-evm-utils/";
        ImaEntry first =
                ImaList.parse(Vectors.read(folder + "sample-ascii_runtime_measurements-pcrs-8-9"))
                        .entries()
                        .getFirst();
        SortedMap<Integer, Bytes> sha1 = new TreeMap<>();
        PCR.matcher(Vectors.read(folder + "sample-tpm-2.0-pcrs-8-9").lossyText())
                .results()
                .forEach(
                        found ->
                                sha1.putIfAbsent(
                                        Integer.parseInt(found.group(1)),
                                        Bytes.ofHex(found.group(2))));
        EventLog log =
                EventLog.parse(Vectors.read(folder + "sample-binary_bios_measurements-pcrs-8-9"));
        assertThat(log.replay(HashAlgorithm.SHA1).values())
                .allSatisfy((pcr, value) -> assertThat(sha1).containsEntry(pcr, value));
        PcrBank replayed = log.replay(SHA256);
        assertThat(Explanation.isAggregateOf(first, List.of(replayed))).contains(true);

        SortedMap<Integer, Bytes> other = new TreeMap<>(replayed.values());
        other.put(4, SHA256.digest(Bytes.utf8("another loader")));
        assertThat(Explanation.isAggregateOf(first, List.of(new PcrBank(SHA256, other))))
                .contains(false);
        other.remove(4);
        assertThat(Explanation.isAggregateOf(first, List.of(new PcrBank(SHA256, other)))).isEmpty();
    }

    /// A separator in each PCR that firmware measures into, and one more where the loader does.
    private static EventLog separators(List<HashAlgorithm> banks, int last) throws Exception {
        Bytes log = BootLogs.header(banks);
        for (int pcr = 0; pcr <= last; pcr++) {
            log = log.plus(BootLogs.event(pcr, BootLogs.SEPARATOR, banks, Bytes.ofHex("00000000")));
        }
        return EventLog.parse(log);
    }

    private static ImaList list(Bytes... entries) throws Exception {
        Bytes list = Bytes.EMPTY;
        for (Bytes entry : entries) {
            list = list.plus(entry);
        }
        return ImaList.parse(list);
    }

    private static Bytes aggregate(String template, String algorithm, Bytes digest) {
        Bytes field = ImaLists.digest(algorithm, digest);
        return ImaLists.entry(10, template, field, ImaLists.name("boot_aggregate"));
    }

    private static Bytes digestOf(PcrBank bank, int last) {
        Bytes all = Bytes.EMPTY;
        for (int pcr = 0; pcr <= last; pcr++) {
            all = all.plus(bank.values().getOrDefault(pcr, bank.algorithm().zeros()));
        }
        return bank.algorithm().digest(all);
    }

    /// The kernel writes the first entry before any program runs: where its PCR has nothing, the
    /// list is not what this kernel measured.
    @Test
    void aListOfWhichNothingWasMeasuredContradicts() throws Exception {
        ImaList invented = list(ImaLists.file(10, "boot_aggregate"), ImaLists.file(11, "/bin/x"));
        assertThat(
                        explained(
                                values(Map.of(10, SHA256.zeros(), 11, SHA256.zeros())),
                                Optional.empty(),
                                Optional.of(invented)))
                .containsExactly(By.CONTRADICTED, By.RESET_VALUE);
    }

    /// Into a bank that firmware does not use the operating system can measure any boot it likes.
    @Test
    void aPcrThatOnlyAnotherBankHasIsNotExplainedByItsResetValue() throws Exception {
        EventLog log = separators(List.of(HashAlgorithm.SHA1), 7);
        assertThat(
                        explained(
                                values(Map.of(4, SHA256.zeros(), 16, SHA256.zeros())),
                                Optional.of(log),
                                Optional.empty()))
                .containsExactly(By.NOTHING, By.RESET_VALUE);
    }

    @Test
    void logsThatNoQuotedPcrVouchesForAreNamed() throws Exception {
        EventLog log = separators(BANKS, 7);
        ImaList ima = list(ImaLists.file(10, "boot_aggregate"), ImaLists.file(12, "/bin/x"));
        Explanation explanation = new Explanation(Optional.of(log), Optional.of(ima));
        SortedMap<Integer, Bytes> quoted =
                values(Map.of(4, SHA256.zeros(), 10, SHA256.zeros(), 16, SHA256.zeros()));

        List<PcrBank> banks = List.of(new PcrBank(SHA256, quoted));
        assertThat(explanation.unquotedOfBootLog(banks)).containsExactly(0, 1, 2, 3, 5, 6, 7);
        assertThat(explanation.unquotedOfImaList(banks)).containsExactly(12);
        assertThat(new Explanation(Optional.empty(), Optional.empty()).unquotedOfBootLog(banks))
                .isEmpty();
    }

    /// A kernel since 5.8 takes PCRs 8 and 9 too: where they are not known, nobody can tell.
    @Test
    void anAggregateOfPcrsThatAreNotQuotedAccusesNobody() throws Exception {
        PcrBank all = separators(BANKS, 9).replay(SHA256);
        ImaEntry first =
                list(aggregate("ima-ng", "sha256:", digestOf(all, 9))).entries().getFirst();
        PcrBank quoted = new PcrBank(SHA256, all.values().headMap(8));

        assertThat(Explanation.isAggregateOf(first, List.of(quoted))).isEmpty();
        assertThat(Explanation.isAggregateOf(first, List.of(quoted, all))).contains(true);
    }

    @Test
    void aBootThatMeasuredNothingInto8And9HasAnAggregateToo() throws Exception {
        PcrBank all = separators(BANKS, 7).replay(SHA256);
        ImaEntry first =
                list(aggregate("ima-ng", "sha256:", digestOf(all, 9))).entries().getFirst();
        assertThat(Explanation.isAggregateOf(first, List.of(all))).contains(true);
    }

    @Test
    void theAggregateOfASecondVersionsTemplateIsHeldToo() throws Exception {
        PcrBank all = separators(BANKS, 9).replay(SHA256);
        Bytes right = digestOf(all, 9);
        for (String template : List.of("ima-ngv2", "ima-ng")) {
            String algorithm = template.endsWith("v2") ? "ima:sha256:" : "sha256:";
            ImaEntry good = list(aggregate(template, algorithm, right)).entries().getFirst();
            ImaEntry bad =
                    list(aggregate(template, algorithm, SHA256.zeros())).entries().getFirst();
            assertThat(Explanation.isAggregateOf(good, List.of(all))).contains(true);
            assertThat(Explanation.isAggregateOf(bad, List.of(all))).contains(false);
        }
    }

    /// What a log says of a bank that is not quoted is whatever its writer likes.
    @Test
    void whatIsQuotedIsBelievedBeforeWhatALogSays() throws Exception {
        PcrBank quoted = separators(BANKS, 9).replay(SHA256);
        SortedMap<Integer, Bytes> invented = new TreeMap<>(quoted.values());
        invented.put(4, SHA256.digest(Bytes.utf8("another loader")));
        PcrBank told = new PcrBank(SHA256, invented);
        PcrBank other = separators(BANKS, 9).replay(HashAlgorithm.SHA1);
        ImaEntry first =
                list(aggregate("ima-ng", "sha256:", digestOf(told, 9))).entries().getFirst();

        assertThat(Explanation.isAggregateOf(first, List.of(quoted, told))).contains(false);
        assertThat(Explanation.isAggregateOf(first, List.of(other))).isEmpty();
    }
}
