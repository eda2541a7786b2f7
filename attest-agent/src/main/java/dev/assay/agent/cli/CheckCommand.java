package dev.assay.agent.cli;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.Verified;
import dev.assay.text.Terminal;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Holds a host against a signed baseline, offline.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:golden",
            "1:drifted",
            "2:could not be determined, or the baseline is outdated",
            "64:wrong usage",
            "70:could not be done"
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Mixin private HostOptions host = new HostOptions();

    @Option(names = "--baseline", required = true, paramLabel = "NAME.golden")
    private Path baselineFile = Path.of("");

    @Option(
            names = "--trust",
            required = true,
            paramLabel = "PUBKEY|TRUST-ROOT",
            description = "whose signature makes it golden: a public key (PEM) or a trust root")
    private Path trust = Path.of("");

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Option(names = "--coverage", description = "also list what was measured how, and what was not")
    private boolean coverage;

    @Override
    public Integer call()
            throws IOException,
                    MalformedInputException,
                    NotSignedException,
                    CommandFailedException {
        CommandLine command = Commands.of(spec);
        Instant now = Instant.now();
        GoldenFile golden = GoldenFile.open(baselineFile);
        Verified<Baseline> baseline = Trust.verify(golden.envelope(), trust, now);
        Optional<String> outdated = outdated(baseline.value(), now);
        if (outdated.isPresent()) {
            command.getErr().println("OUTDATED " + outdated.get());
            return ExitCode.UNDETERMINED;
        }
        CompiledScope scope = host.compile(baseline.value().scope(), command);
        Measurement measurement;
        try (ProgressLine progress = ProgressLine.on(command.getErr())) {
            measurement = host.measure(scope, baseline.value().anchors(), progress);
        }
        Check.Outcome outcome = Check.run(golden, baseline, measurement, host.measured()::owners);
        print(outcome, scope, command.getOut());
        return outcome.verdict().exitCode();
    }

    /// A baseline that may not be used now says nothing of the host, neither golden nor drifted.
    private static Optional<String> outdated(Baseline baseline, Instant now) {
        String name = baseline.channel() + " #" + baseline.serial();
        if (baseline.isExpiredAt(now)) {
            return Optional.of(
                    name + " expired " + baseline.notAfter() + ": capture the next serial");
        } else if (baseline.isYetToComeAt(now)) {
            return Optional.of(name + " is golden only from " + baseline.notBefore() + " on");
        } else if (baseline.measurementVersion() != MeasurementSet.MEASUREMENT_VERSION) {
            return Optional.of(
                    name
                            + " has measurement version "
                            + baseline.measurementVersion()
                            + ", this agent measures version "
                            + MeasurementSet.MEASUREMENT_VERSION);
        }
        return Optional.empty();
    }

    private void print(Check.Outcome outcome, CompiledScope scope, PrintWriter out) {
        Function<NodePath, Optional<Bytes>> start = Check.starts(host.root());
        if (json) {
            out.println(Json.pretty(CheckDocument.of(outcome, scope, host, start)));
        } else {
            new CheckText(out, Terminal.hasColour(), start).print(outcome, coverage);
        }
    }
}
