package dev.assay.verifier.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Comparison;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        description = "What changes from golden file A to B. Ends with 1 where something does.")
final class BaselineDiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A", description = "The older NAME.golden.")
    private Path older;

    @Parameters(index = "1", paramLabel = "B", description = "The newer NAME.golden.")
    private Path newer;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "List at most so many (default 1000); all are counted.")
    private int limit;

    @Mixin private Printing printing;

    private record Side(String channel, long serial, String digest) {}

    /// @param change `added` or `removed`
    private record RuleChange(
            String change, String path, @JsonProperty("class") String mutability, String reason) {
        static RuleChange of(String change, Rule rule) {
            return new RuleChange(
                    change, rule.path().text(), rule.mutability().wire(), rule.reason());
        }
    }

    /// @param rules of the scope: what is measured less shows nowhere else
    /// @param amends incidents that the second calls false alarms and the first does not
    private record Difference(
            Side from,
            Side to,
            long total,
            List<DriftLine> drifts,
            List<RuleChange> rules,
            List<Digest> amends) {}

    @Override
    public Integer call() throws IOException, MalformedInputException {
        GoldenFile before = GoldenFile.open(older);
        GoldenFile after = GoldenFile.open(newer);
        Baseline golden = GoldenDocuments.statement(before);
        Baseline measured = GoldenDocuments.statement(after);
        List<DriftLine> drifts = new ArrayList<>();
        AtomicLong total = new AtomicLong();
        try (ManifestReader left = before.manifest(golden.manifest());
                ManifestReader right = after.manifest(measured.manifest())) {
            Comparison.run(
                    left,
                    right,
                    golden.scope(),
                    drift -> {
                        if (total.incrementAndGet() <= limit) {
                            drifts.add(DriftLine.of(drift));
                        }
                    });
        }
        Difference difference =
                new Difference(
                        side(before, golden),
                        side(after, measured),
                        total.get(),
                        drifts,
                        rules(golden.scope(), measured.scope()),
                        measured.amends().stream()
                                .filter(incident -> !golden.amends().contains(incident))
                                .toList());
        printing.print(difference, lines(difference));
        boolean same = total.get() == 0 && golden.scope().equals(measured.scope());
        return same ? Exit.CLEAN : Exit.DRIFT;
    }

    private static List<RuleChange> rules(Scope before, Scope after) {
        List<RuleChange> changes = new ArrayList<>();
        before.rules().stream()
                .filter(rule -> !after.rules().contains(rule))
                .forEach(rule -> changes.add(RuleChange.of("removed", rule)));
        after.rules().stream()
                .filter(rule -> !before.rules().contains(rule))
                .forEach(rule -> changes.add(RuleChange.of("added", rule)));
        return changes;
    }

    private static Side side(GoldenFile file, Baseline baseline) {
        return new Side(
                baseline.channel(), baseline.serial(), file.envelope().payloadDigest().hex());
    }

    private static List<String> lines(Difference difference) {
        List<String> lines = new ArrayList<>();
        lines.add(
                difference.from().channel()
                        + " #"
                        + difference.from().serial()
                        + " → "
                        + difference.to().channel()
                        + " #"
                        + difference.to().serial()
                        + "  "
                        + difference.total()
                        + " changes");
        difference.drifts().forEach(drift -> lines.add("  " + drift.line()));
        difference
                .rules()
                .forEach(
                        rule ->
                                lines.add(
                                        "  RULE "
                                                + rule.change()
                                                + "  "
                                                + rule.path()
                                                + "  "
                                                + rule.mutability()
                                                + ": "
                                                + EscapedText.of(Bytes.utf8(rule.reason()))));
        difference.amends().forEach(incident -> lines.add("  AMENDS     " + incident.hex()));
        long more = difference.total() - difference.drifts().size();
        if (more > 0) {
            lines.add("  and " + more + " more (--limit)");
        }
        return lines;
    }
}
