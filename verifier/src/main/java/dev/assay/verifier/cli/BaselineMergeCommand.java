package dev.assay.verifier.cli;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestWriter;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.Scope;
import dev.assay.scope.ShippedScopes;
import dev.assay.signing.Envelope;
import dev.assay.text.Numbers;
import dev.assay.tree.Digest;
import dev.assay.verifier.collect.CapturedFile;
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
        MergeDocument document =
                MergeDocument.of(
                        files.stream().map(Path::toString).toList(),
                        merged,
                        limit,
                        out.toString(),
                        baseline,
                        proposedScope);
        printing.print(document, document.lines());
    }
}
