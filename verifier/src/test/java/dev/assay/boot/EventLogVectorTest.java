package dev.assay.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.verifier.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Boot logs of other people's machines, with what other tools found in them.
final class EventLogVectorTest {
    private static final String TPM2_TOOLS = "eventlogs/tpm2-tools/";
    private static final Pattern BANK = Pattern.compile("  (sha\\d+):");
    private static final Pattern PCR = Pattern.compile("    (\\d+) *: 0x([0-9a-f]+)");

    /// The part `pcrs:` of tpm2_eventlog's answer.
    private static Map<HashAlgorithm, Map<Integer, String>> expected(String log)
            throws IOException {
        List<String> lines =
                Files.readAllLines(Vectors.file(TPM2_TOOLS + "event-raw/" + log + ".bin.yaml"));
        Map<HashAlgorithm, Map<Integer, String>> banks = new EnumMap<>(HashAlgorithm.class);
        Map<Integer, String> bank = new TreeMap<>();
        for (String line : lines.subList(lines.indexOf("pcrs:") + 1, lines.size())) {
            Matcher head = BANK.matcher(line);
            Matcher pcr = PCR.matcher(line);
            if (head.matches()) {
                bank = new TreeMap<>();
                banks.put(HashAlgorithm.ofName(head.group(1)).orElseThrow(), bank);
            } else if (pcr.matches()) {
                bank.put(Integer.parseInt(pcr.group(1)), pcr.group(2));
            }
        }
        return banks;
    }

    private static Map<Integer, String> hex(PcrBank bank) {
        Map<Integer, String> values = new TreeMap<>();
        bank.values().forEach((pcr, value) -> values.put(pcr, value.hex()));
        return values;
    }

    @Test
    void eachLogReplaysToWhatTpm2ToolsFound() throws Exception {
        List<String> logs = Vectors.names(TPM2_TOOLS + "event-raw", ".bin.yaml");
        assertThat(logs).hasSize(10);
        for (String name : logs) {
            EventLog log = EventLog.parse(Vectors.read(TPM2_TOOLS + name + ".bin"));
            Map<HashAlgorithm, Map<Integer, String>> expected = expected(name);
            assertThat(expected).as(name).isNotEmpty();
            expected.forEach(
                    (bank, values) ->
                            assertThat(hex(log.replay(bank))).as(name + bank).isEqualTo(values));
        }
    }

    @Test
    void theEventsAreThoseThatTpm2ToolsLists() throws Exception {
        String yaml =
                Files.readString(
                        Vectors.file(TPM2_TOOLS + "event-raw/event-gce-ubuntu-2104-log.bin.yaml"));
        List<String> types =
                Pattern.compile("EventType: (\\S+)")
                        .matcher(yaml)
                        .results()
                        .map(found -> found.group(1))
                        .toList();
        EventLog log = EventLog.parse(Vectors.read(TPM2_TOOLS + "event-gce-ubuntu-2104-log.bin"));

        assertThat(log.isCryptoAgile()).isTrue();
        assertThat(log.events())
                .extracting(event -> event.type().toString())
                .containsExactlyElementsOf(types);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "binary_bios_measurements",
                "binary_bios_measurements-secureboot",
                "coreos_36_shielded_vm_no_secure_boot_eventlog",
                "crypto_agile_eventlog",
                "ebs_event_missing_eventlog",
                "option_rom_eventlog",
                "sb_cert_eventlog",
                "ubuntu_2104_shielded_vm_no_secure_boot_eventlog"
            })
    void anOddLogIsReadToItsEnd(String name) throws Exception {
        EventLog log = EventLog.parse(Vectors.read("eventlogs/odd/" + name));
        assertThat(log.events()).hasSizeGreaterThan(10);
        assertThat(log.replay(log.banks().first()).values()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short_no_action_eventlog", "binary_bios_measurements-bogus"})
    void aLogThatIsCutShortOrNoneIsRefused(String name) throws Exception {
        Bytes log = Vectors.read("eventlogs/odd/" + name);
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> EventLog.parse(log))
                .withMessageContaining("event log");
    }

    @Test
    void anEmptyLogIsNoLogAndNotAGoodOne() throws Exception {
        Bytes log = Vectors.read("eventlogs/odd/binary_bios_measurements-empty");
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> EventLog.parse(log))
                .withMessageContaining("no boot log");
    }

    /// Every beginning of a real log either ends between two events or is refused.
    @Test
    void noCutOfARealLogGetsOut() throws Exception {
        Bytes log = Vectors.read(TPM2_TOOLS + "event-uefivar.bin");
        for (int length = 0; length < log.length(); length++) {
            try {
                EventLog.parse(log.slice(0, length));
            } catch (MalformedInputException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
