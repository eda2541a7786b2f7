package dev.assay.verifier.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestWriter;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.Condition;
import dev.assay.scope.Scope;
import dev.assay.scope.ShippedScopes;
import dev.assay.signing.Envelope;
import dev.assay.text.DriftText;
import dev.assay.text.Numbers;
import dev.assay.tree.Digest;
import dev.assay.verifier.collect.CapturedFile;
import dev.assay.verifier.merge.Difference;
import dev.assay.verifier.merge.Merge;
import dev.assay.verifier.merge.MergeRefusedException;
import dev.assay.verifier.merge.Proposal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "merge",
        description = {
            "Join captures of one image, of several boots or hosts, into one baseline. What differs is",
            "listed, with a class or an expectation that would let it be golden; then nothing is",
            "written and it ends with 1. The baseline is unsigned: look at it, sign it."
        })
final class BaselineMergeCommand implements Callable<Integer> {
    @Parameters(arity = "2..64", paramLabel = "NAME.golden", description = "Captures.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The golden file to write.")
    private Path out = Path.of("");

    @Option(
            names = "--serial",
            paramLabel = "N",
            description = "Of the merged baseline (default: that of the captures).")
    private @Nullable Long serial;

    @Option(
            names = "--propose",
            paramLabel = "FILE",
            description = {
                "Write the scope with what is proposed there, to look at and to collect by again.",
                "What is to be decided by hand is not in it."
            })
    private @Nullable Path propose;

    @Option(
            names = "--scope-name",
            paramLabel = "NAME",
            description = "The name of the scope that is proposed.")
    private @Nullable String scopeName;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "List at most so many (default 1000); all are counted.")
    private int limit;

    @Mixin private Printing printing = new Printing();

    /// @param mutability with `path`: a rule of a scope
    /// @param condition with `path`: an expectation of a scope
    /// @param byHand why there is nothing to propose
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ProposedLine(
            @Nullable String path,
            @JsonProperty("class") @Nullable String mutability,
            @Nullable String condition,
            @Nullable String reason,
            @Nullable String byHand) {}

    /// @param values in order of the captures
    private record Line(
            String path,
            String name,
            List<String> what,
            List<String> values,
            ProposedLine proposal) {}

    /// @param result `joined` or `differs`
    private record Outcome(
            String result,
            List<String> captures,
            long total,
            long byHand,
            List<Line> differences,
            List<String> notes,
            @Nullable String file,
            @Nullable Digest baseline,
            @Nullable String proposedScope) {}

    @Override
    public Integer call() throws IOException, MalformedInputException, CommandFailure {
        requireName();
        List<CapturedFile> captures = new ArrayList<>();
        for (Path file : files) {
            captures.add(CapturedFile.read(file));
        }
        Merge.Merged merged;
        try {
            merged = Merge.of(captures, serial, VerifierMain.build());
        } catch (MergeRefusedException e) {
            throw CommandFailure.operation(
                    EscapedText.printable(
                            "these captures cannot be merged: " + String.join("; ", e.reasons())));
        }
        Baseline baseline = merged.baseline();
        if (baseline == null) {
            Scope scope = captures.getFirst().baseline().scope();
            tell(merged, null, propose == null ? null : written(scope, merged));
            return Exit.DRIFT;
        }
        tell(merged, write(merged, baseline), null);
        return Exit.CLEAN;
    }

    /// A scope is accepted under its name: it is never that of one that is reviewed already.
    private void requireName() throws CommandFailure {
        if ((propose == null) != (scopeName == null)) {
            throw CommandFailure.usage("--propose and --scope-name go together");
        }
        if (scopeName != null && ShippedScopes.NAMES.contains(scopeName)) {
            throw CommandFailure.usage("--scope-name: " + scopeName + " is a shipped scope's name");
        }
    }

    private String written(Scope scope, Merge.Merged merged) throws IOException, CommandFailure {
        Path file = Objects.requireNonNull(propose);
        if (merged.total() > merged.differences().size()) {
            throw CommandFailure.operation(
                    Numbers.count(merged.total(), "difference")
                            + ": these are not captures of one image, and nothing is proposed");
        }
        boolean nothing =
                merged.differences().stream()
                        .allMatch(one -> one.proposal() instanceof Proposal.ByHand);
        if (nothing) {
            throw CommandFailure.operation(
                    "there is nothing to propose: all that differs is to decide by hand");
        }
        if (scope.name().equals(scopeName)) {
            throw CommandFailure.usage("--scope-name: that is the captures' own scope");
        }
        Bytes json;
        try {
            Scope proposed =
                    Merge.proposed(scope, Objects.requireNonNull(scopeName), merged.differences());
            json = Bytes.utf8(Json.pretty(proposed) + "\n");
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--propose: " + e.getMessage());
        }
        if (json.length() > Scope.MAX_JSON_BYTES) {
            throw CommandFailure.operation(
                    "the scope would have more bytes than a scope may have: name folders by hand");
        }
        Files.write(file, json.toArray(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return file.toString();
    }

    private Digest write(Merge.Merged merged, Baseline baseline)
            throws IOException, CommandFailure {
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw CommandFailure.operation("there is no folder for " + out);
        }
        Path manifest = Files.createTempFile(folder, ".manifest", ".gz");
        try {
            Baseline.ManifestReference reference;
            try (OutputStream packed = new BufferedOutputStream(Files.newOutputStream(manifest))) {
                reference = ManifestWriter.write(merged.tree(), packed);
            }
            Envelope envelope =
                    Envelope.unsigned(
                            Baseline.PAYLOAD_TYPE, baseline.with(reference).toStatement());
            GoldenFile.write(out, envelope, manifest);
            return envelope.payloadDigest();
        } finally {
            Files.deleteIfExists(manifest);
        }
    }

    private void tell(
            Merge.Merged merged, @Nullable Digest baseline, @Nullable String proposedScope) {
        long byHand =
                merged.differences().stream()
                        .filter(one -> one.proposal() instanceof Proposal.ByHand)
                        .count();
        Outcome outcome =
                new Outcome(
                        baseline == null ? "differs" : "joined",
                        files.stream().map(Path::toString).toList(),
                        merged.total(),
                        byHand,
                        merged.differences().stream()
                                .limit(limit)
                                .map(BaselineMergeCommand::line)
                                .toList(),
                        merged.notes(),
                        baseline == null ? null : out.toString(),
                        baseline,
                        proposedScope);
        printing.print(outcome, lines(outcome));
    }

    private static Line line(Difference difference) {
        return new Line(
                difference.path().toString(),
                DriftText.name(difference.path()),
                difference.what(),
                difference.values(),
                proposal(difference.proposal()));
    }

    private static ProposedLine proposal(Proposal proposal) {
        return switch (proposal) {
            case Proposal.OfRule(var rule) ->
                    new ProposedLine(
                            rule.path().text(),
                            rule.mutability().wire(),
                            null,
                            rule.reason(),
                            null);
            case Proposal.OfExpectation(var expectation) ->
                    new ProposedLine(
                            expectation.path().text(),
                            null,
                            condition(expectation.condition()),
                            expectation.reason(),
                            null);
            case Proposal.ByHand(String why) -> new ProposedLine(null, null, null, null, why);
        };
    }

    private static String condition(Condition condition) {
        return EscapedText.printable(
                switch (condition) {
                    case Condition.OneOf(var values) -> "one of " + String.join(", ", values);
                    case Condition.EqualsFact(String fact) -> "${" + fact + "}";
                    case Condition.Exact(String value) -> value;
                    case Condition.Range(long min, long max) -> min + " to " + max;
                    case Condition.Absent absent -> "nothing";
                    case Condition.Any any -> "any value";
                });
    }

    private static List<String> lines(Outcome outcome) {
        List<String> lines = new ArrayList<>();
        for (Line line : outcome.differences()) {
            lines.add("DIFFERS    " + line.name() + "  " + String.join(", ", line.what()));
            for (int i = 0; i < line.values().size(); i++) {
                lines.add(
                        "             " + outcome.captures().get(i) + "  " + line.values().get(i));
            }
            lines.addAll(Wrapped.of("           → ", "             ", says(line.proposal())));
        }
        if (outcome.differences().size() < outcome.total()) {
            lines.add(
                    "and "
                            + Numbers.count(outcome.total() - outcome.differences().size())
                            + " more (--limit)");
        }
        outcome.notes()
                .forEach(note -> lines.addAll(Wrapped.of("NOTE       ", "             ", note)));
        if (outcome.file() != null) {
            lines.add(
                    "JOINED "
                            + Numbers.count(outcome.captures().size(), "capture")
                            + " in "
                            + outcome.file()
                            + ", unsigned: attest-verifier baseline sign");
            return lines;
        }
        lines.add(
                Numbers.count(outcome.total(), "difference")
                        + ", "
                        + Numbers.count(outcome.byHand())
                        + " of them to decide by hand; no baseline was written");
        lines.add(
                outcome.proposedScope() == null
                        ? "--propose FILE --scope-name NAME writes a scope with what is proposed"
                        : "the proposed scope is in "
                                + outcome.proposedScope()
                                + ": look at it, and collect all of them again with --scope "
                                + outcome.proposedScope());
        return lines;
    }

    private static String says(ProposedLine proposal) {
        if (proposal.byHand() != null) {
            return "to decide by hand: " + proposal.byHand();
        }
        String what = proposal.mutability() == null ? proposal.condition() : proposal.mutability();
        return "proposed: " + what + " for " + proposal.path();
    }
}
