package dev.assay.verifier.cli;

import dev.assay.boot.BootEvent;
import dev.assay.boot.EventLog;
import dev.assay.boot.EventText;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "eventlog",
        description = "The firmware's log of a measured boot.",
        subcommands = EventLogCommand.Show.class)
final class EventLogCommand {
    @Command(
            name = "show",
            description =
                    "Its events, and the PCRs that its replay gives. It proves nothing alone:"
                            + " quote verify holds it against a quote.")
    static final class Show implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FILE", description = "binary_bios_measurements.")
        private Path file = Path.of("");

        @Mixin private Printing printing;

        private record Shown(
                boolean cryptoAgile,
                List<Event> events,
                SortedMap<HashAlgorithm, SortedMap<Integer, String>> pcrs) {}

        /// @param covered whether the digest is of what the event says
        private record Event(
                int number,
                int pcr,
                String type,
                boolean extended,
                SortedMap<HashAlgorithm, String> digests,
                boolean covered,
                int bytes,
                String says) {}

        @Override
        public Integer call() throws IOException {
            try {
                Shown shown = shown(EventLog.parse(InputFiles.read(file, EventLog.MAX_BYTES)));
                printing.print(shown, lines(shown));
                return Exit.CLEAN;
            } catch (MalformedInputException e) {
                printing.err().println(e.getMessage());
                return Exit.UNDETERMINED;
            }
        }

        private static Shown shown(EventLog log) {
            SortedMap<HashAlgorithm, SortedMap<Integer, String>> pcrs = new TreeMap<>();
            for (HashAlgorithm bank : log.banks()) {
                SortedMap<Integer, String> values = new TreeMap<>();
                PcrBank replayed = log.replay(bank);
                replayed.values().forEach((pcr, value) -> values.put(pcr, value.hex()));
                pcrs.put(bank, values);
            }
            return new Shown(
                    log.isCryptoAgile(), log.events().stream().map(Show::event).toList(), pcrs);
        }

        private static Event event(BootEvent event) {
            SortedMap<HashAlgorithm, String> digests = new TreeMap<>();
            event.digests().forEach((bank, digest) -> digests.put(bank, digest.hex()));
            return new Event(
                    event.number(),
                    event.pcr(),
                    event.type().toString(),
                    event.isExtended(),
                    digests,
                    event.data() instanceof BootEvent.Data.Covered,
                    event.said().length(),
                    EventText.of(event));
        }

        private static List<String> lines(Shown shown) {
            List<List<String>> rows = new ArrayList<>();
            for (Event event : shown.events()) {
                rows.add(
                        List.of(
                                Integer.toString(event.number()),
                                event.extended() ? "PCR " + event.pcr() : "-",
                                event.type(),
                                event.covered() ? "covered" : "unverified",
                                event.says()));
            }
            List<String> lines = new ArrayList<>(Printing.columns(rows));
            shown.pcrs().forEach((bank, values) -> lines.addAll(lines(bank, values)));
            return lines;
        }

        private static List<String> lines(HashAlgorithm bank, Map<Integer, String> values) {
            List<List<String>> rows = new ArrayList<>();
            values.forEach(
                    (pcr, value) -> rows.add(List.of(bank.wire(), Integer.toString(pcr), value)));
            return Printing.columns(rows);
        }
    }
}
