package dev.assay.agent.cli;

import dev.assay.agent.measure.BrokenExpectation;
import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.baseline.Baseline;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Scope;
import dev.assay.scope.ShippedScopes;
import dev.assay.signing.SigningKey;
import dev.assay.text.DriftText;
import dev.assay.text.LeafText;
import dev.assay.text.Numbers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "capture",
        description = "Writes what a golden host is as a baseline, and signs it.",
        mixinStandardHelpOptions = true)
final class CaptureCommand implements Callable<Integer> {
    private static final int DEFAULT_DAYS = 365;
    private static final int MAX_LISTED = 20;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private HostOptions host = new HostOptions();

    @Mixin private PlatformOptions platform = new PlatformOptions();

    @Option(
            names = "--scope",
            required = true,
            paramLabel = "NAME|FILE",
            description =
                    "what is measured: tree, debian-host, immutable-host, kubernetes-node or a"
                            + " file")
    private String scope = "";

    @Option(
            names = "--channel",
            required = true,
            paramLabel = "NAME",
            description = "the hosts that it is golden for")
    private String channel = "";

    @Option(
            names = "--serial",
            required = true,
            paramLabel = "N",
            description = "greater than that of every baseline of the channel before")
    private long serial;

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description = "sign with this private key; without it the baseline is signed later")
    private @Nullable Path key;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "NAME.golden",
            description = "the file to write; it appears whole or not at all")
    private Path out = Path.of("");

    @Option(
            names = "--not-before",
            paramLabel = "TIME",
            description = "golden from then on, as 2026-01-31T00:00:00Z (default: now)")
    private @Nullable Instant notBefore;

    @Option(
            names = "--not-after",
            paramLabel = "TIME",
            description = "outdated from then on (default: a year later)")
    private @Nullable Instant notAfter;

    @Option(
            names = "--leave-out",
            paramLabel = "DIR",
            description = {
                "a folder that is on the host for the time of the capture only;",
                "it stays in the scope, and is drift where it is there afterwards"
            })
    private @Nullable Path leftOut;

    @Option(
            names = "--attended",
            description = {
                "for a program that waits: progress as lines on standard error,",
                "and the end when standard input ends"
            })
    private boolean attended;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException, MalformedInputException, CommandFailedException {
        CommandLine command = Commands.of(spec);
        CompiledScope compiled = host.compile(ShippedScopes.load(scope), command);
        CompiledScope measured = withoutLeftOut(compiled, command);
        CaptureTarget target = target(command);
        requireOutside(measured, command);
        SigningKey signer = key == null ? null : SigningKey.read(key);
        Measurement measurement = measure(measured, command.getErr());
        requireGolden(measurement, command.getErr());
        CaptureDocument document =
                new GoldenCapture(compiled, host, target, signer)
                        .write(
                                measurement,
                                platform.capture(
                                        host.kernel(), host.isLive(), measurement.set(), command),
                                out);
        PrintWriter printed = command.getOut();
        if (json) {
            printed.println(Json.pretty(document));
        } else {
            printed.println(
                    "CAPTURED "
                            + channel
                            + " #"
                            + serial
                            + " in "
                            + out
                            + (document.signed()
                                    ? ""
                                    : ", unsigned: assay verifier baseline sign"));
            printed.println(CoverageText.covered(measurement));
            document.platform().forEach(line -> printed.println("  " + line));
        }
        return ExitCode.GOLDEN;
    }

    private CompiledScope withoutLeftOut(CompiledScope compiled, CommandLine command)
            throws IOException {
        if (leftOut == null) {
            return compiled;
        }
        Scope less;
        try {
            less = LeftOut.of(compiled.scope(), leftOut, host.root());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, "--leave-out: " + e.getMessage(), e);
        }
        return less.equals(compiled.scope()) ? compiled : host.compile(less, command);
    }

    private Measurement measure(CompiledScope measured, PrintWriter err) throws IOException {
        if (attended) {
            // Nobody is left to be told anything.
            Runnable gone = () -> System.exit(ExitCode.OPERATION);
            return host.measure(measured, List.of(), Attendance.begin(System.in, err, gone));
        }
        try (ProgressLine progress = ProgressLine.on(err)) {
            return host.measure(measured, List.of(), progress);
        }
    }

    private CaptureTarget target(CommandLine command) {
        if (!Baseline.isChannelName(channel)) {
            throw new ParameterException(command, "--channel needs a name of [a-z0-9.-]");
        }
        if (serial < 1) {
            throw new ParameterException(command, "--serial begins at 1");
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant from = notBefore == null ? now : notBefore;
        Instant to = notAfter == null ? from.plus(DEFAULT_DAYS, ChronoUnit.DAYS) : notAfter;
        if (!from.isBefore(to)) {
            throw new ParameterException(command, "--not-after must be after --not-before");
        }
        return new CaptureTarget(channel, serial, from, to, now);
    }

    /// A baseline that lies in the tree it describes is drift at the first check.
    private void requireOutside(CompiledScope compiled, CommandLine command) throws IOException {
        Path folder = out.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new ParameterException(command, "--out needs the name of a file");
        }
        Path real = folder.toRealPath();
        Path root = host.root().toRealPath();
        if (real.startsWith(root) && compiled.pinsNamesIn(root.relativize(real))) {
            throw new ParameterException(
                    command, "--out " + out + " lies in what is measured: write it elsewhere");
        }
    }

    /// @throws CommandFailedException where something could not be read or is not as the scope
    ///   expects: a golden baseline that could not be read is not golden
    private static void requireGolden(Measurement measurement, PrintWriter err)
            throws CommandFailedException {
        for (BrokenExpectation broken : first(measurement.broken())) {
            String actual =
                    broken.actual().flatMap(leaf -> leaf.attribute(Leaf.VALUE)).isPresent()
                            ? "is " + LeafText.value(broken.actual().get())
                            : "is not there";
            err.println(
                    "  "
                            + DriftText.name(broken.path())
                            + "  "
                            + actual
                            + ", expected "
                            + LeafText.value(broken.expectation().heldLeaf()));
        }
        for (MeasureDocument.Undetermined one : first(MeasureDocument.undetermined(measurement))) {
            err.println(
                    "  " + DriftText.name(one.path()) + "  " + one.kind() + ": " + one.reason());
        }
        if (!measurement.broken().isEmpty()) {
            throw new CommandFailedException(
                    Numbers.count(measurement.broken().size(), "kernel value")
                            + " of this host break the scope's expectations: set them or correct the"
                            + " scope");
        }
        if (measurement.undetermined() > 0) {
            throw new CommandFailedException(
                    Numbers.count(measurement.undetermined(), "path")
                            + " could not be read: run as root on a host that is at rest");
        }
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(all.size(), MAX_LISTED));
    }
}
