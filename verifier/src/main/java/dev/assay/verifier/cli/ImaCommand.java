package dev.assay.verifier.cli;

import dev.assay.bytes.EscapedText;
import dev.assay.bytes.MalformedInputException;
import dev.assay.ima.ImaEntry;
import dev.assay.ima.ImaList;
import dev.assay.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "ima",
        description = "The kernel's list of what it measured.",
        subcommands = ImaCommand.Show.class)
final class ImaCommand {
    @Command(
            name = "show",
            description =
                    "Its entries, each held against its template hash, and the PCR that its"
                            + " replay gives. It proves nothing alone: quote verify holds it against a"
                            + " quote.")
    static final class Show implements Callable<Integer> {
        @Parameters(
                index = "0",
                paramLabel = "FILE",
                description = "ascii_runtime_measurements or binary_runtime_measurements.")
        private Path file = Path.of("");

        @Mixin private Printing printing;

        private record Shown(
                List<Entry> entries, SortedMap<HashAlgorithm, SortedMap<Integer, String>> pcrs) {}

        private record Entry(
                int number,
                int pcr,
                String template,
                String algorithm,
                String digest,
                String path,
                boolean violation) {}

        @Override
        public Integer call() throws IOException {
            try {
                Shown shown = shown(ImaList.parse(InputFiles.read(file, ImaList.MAX_BYTES)));
                printing.print(shown, lines(shown));
                return Exit.CLEAN;
            } catch (MalformedInputException e) {
                printing.err().println(e.getMessage());
                return Exit.UNDETERMINED;
            }
        }

        private static Shown shown(ImaList list) {
            SortedMap<HashAlgorithm, SortedMap<Integer, String>> pcrs = new TreeMap<>();
            for (HashAlgorithm bank : HashAlgorithm.values()) {
                SortedMap<Integer, String> values = new TreeMap<>();
                list.entries().stream()
                        .map(ImaEntry::pcr)
                        .distinct()
                        .forEach(pcr -> values.put(pcr, list.replay(bank, pcr).hex()));
                pcrs.put(bank, values);
            }
            return new Shown(list.entries().stream().map(Show::entry).toList(), pcrs);
        }

        private static Entry entry(ImaEntry entry) {
            return new Entry(
                    entry.number(),
                    entry.pcr(),
                    entry.template().wire(),
                    entry.algorithm(),
                    entry.digest().hex(),
                    EscapedText.of(entry.path()),
                    entry.isViolation());
        }

        private static List<String> lines(Shown shown) {
            List<List<String>> rows = new ArrayList<>();
            for (Entry entry : shown.entries()) {
                rows.add(
                        List.of(
                                Integer.toString(entry.number()),
                                Integer.toString(entry.pcr()),
                                entry.violation()
                                        ? "violation: it was written while it was measured"
                                        : entry.algorithm() + ":" + entry.digest(),
                                entry.path()));
            }
            List<String> lines = new ArrayList<>(Printing.columns(rows));
            shown.pcrs()
                    .forEach(
                            (bank, values) ->
                                    values.forEach(
                                            (pcr, value) ->
                                                    lines.add(
                                                            bank.wire()
                                                                    + " "
                                                                    + pcr
                                                                    + " "
                                                                    + value)));
            return lines;
        }
    }
}
