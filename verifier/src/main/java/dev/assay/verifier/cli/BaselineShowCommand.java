package dev.assay.verifier.cli;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope.EnvelopeSignature;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "show",
        description = "What a golden file says, or a baseline that the verifier has (--digest).")
final class BaselineShowCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "NAME.golden.")
    private @Nullable Path file;

    @Option(names = "--digest", paramLabel = "DIGEST", description = "Ask the verifier for it.")
    private @Nullable String digest;

    @Mixin private Connection connection;
    @Mixin private Printing printing;

    private record Shown(
            String digest,
            String channel,
            long serial,
            Instant notBefore,
            Instant notAfter,
            int measurementVersion,
            String scope,
            String root,
            Coverage coverage,
            Baseline.ManifestReference manifest,
            Baseline.Captured captured,
            List<Digest> amends,
            List<String> signedByUnverified) {}

    @Override
    public Integer call()
            throws IOException, MalformedInputException, InterruptedException, CommandFailure {
        if ((file == null) == (digest == null)) {
            throw CommandFailure.usage("say which: a FILE, or --digest DIGEST");
        }
        if (file != null) {
            showFile(file);
            return Exit.CLEAN;
        }
        try (ApiClient api = connection.open()) {
            JsonNode baseline = api.get("/v1/baselines/" + ApiClient.encoded("" + digest));
            printing.print(
                    baseline, Printing.columns(List.of(BaselineOnlineCommands.row(baseline))));
            return Exit.CLEAN;
        }
    }

    private void showFile(Path golden) throws IOException, MalformedInputException {
        GoldenFile opened = GoldenFile.open(golden);
        Baseline baseline = GoldenDocuments.statement(opened);
        List<String> signers =
                opened.envelope().signatures().stream().map(EnvelopeSignature::keyid).toList();
        Shown shown =
                new Shown(
                        opened.envelope().payloadDigest().hex(),
                        baseline.channel(),
                        baseline.serial(),
                        baseline.notBefore(),
                        baseline.notAfter(),
                        baseline.measurementVersion(),
                        baseline.scope().name(),
                        baseline.root().hex(),
                        baseline.coverage(),
                        baseline.manifest(),
                        baseline.captured(),
                        baseline.amends(),
                        signers);
        printing.print(shown, lines(shown));
    }

    private static List<String> lines(Shown shown) {
        Coverage.Count total = shown.coverage().total();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("baseline", shown.channel() + " #" + shown.serial()));
        rows.add(List.of("digest", shown.digest()));
        rows.add(List.of("root", shown.root()));
        rows.add(List.of("valid", shown.notBefore() + " to " + shown.notAfter()));
        rows.add(
                List.of(
                        "scope",
                        shown.scope() + ", measurement version " + shown.measurementVersion()));
        rows.add(
                List.of(
                        "covers",
                        String.format(
                                Locale.ROOT,
                                "%,d entries, %,d bytes",
                                total.entries(),
                                total.bytes())));
        rows.add(
                List.of(
                        "captured",
                        shown.captured().at()
                                + " from "
                                + shown.captured().root()
                                + (shown.captured().simulated() ? ", simulated" : "")));
        shown.amends().forEach(incident -> rows.add(List.of("amends", incident.hex())));
        if (shown.signedByUnverified().isEmpty()) {
            rows.add(List.of("signed by", "nobody: baseline sign"));
        }
        shown.signedByUnverified()
                .forEach(key -> rows.add(List.of("signed by", key + " (not verified here)")));
        return Printing.columns(rows);
    }
}
