package dev.assay.verifier.cli;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.ShippedScopes;
import dev.assay.verifier.collect.CaptureWish;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What is captured and for whom it is golden: the options of `attest-agent capture`.
final class CollectWishOptions {
    private static final int DEFAULT_DAYS = 365;

    @Option(
            names = "--scope",
            required = true,
            paramLabel = "NAME|FILE",
            description =
                    "What is measured: tree, debian-host, immutable-host, kubernetes-node or a"
                            + " file here.")
    private String scope = "";

    @Option(
            names = "--channel",
            required = true,
            paramLabel = "NAME",
            description = "The hosts that it is golden for.")
    private String channel = "";

    @Option(
            names = "--serial",
            required = true,
            paramLabel = "N",
            description = "Greater than that of every baseline of the channel before.")
    private long serial;

    @Option(
            names = "--not-before",
            paramLabel = "TIME",
            description = "Golden from then on, as 2026-01-31T00:00:00Z (default: now).")
    private @Nullable Instant notBefore;

    @Option(
            names = "--not-after",
            paramLabel = "TIME",
            description = "Outdated from then on (default: a year later).")
    private @Nullable Instant notAfter;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "The root directory on the host (default: /).")
    private String root = "/";

    @Option(
            names = "--kernel-from",
            paramLabel = "DIR",
            description = "Where its proc and sys are (default: / for the root /).")
    private @Nullable String kernelFrom;

    @Option(
            names = "--facts",
            paramLabel = "NAME=VALUE",
            description = "A fact of the enrolment (default: host.name=the host's own).")
    private Map<String, String> facts = new TreeMap<>();

    CaptureWish wish() throws IOException, MalformedInputException, CommandFailure {
        if (!Baseline.isChannelName(channel)) {
            throw CommandFailure.usage("--channel needs a name of [a-z0-9.-]");
        }
        if (serial < 1) {
            throw CommandFailure.usage("--serial begins at 1");
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant from = notBefore == null ? now : notBefore;
        Instant to = notAfter == null ? from.plus(DEFAULT_DAYS, ChronoUnit.DAYS) : notAfter;
        if (!from.isBefore(to)) {
            throw CommandFailure.usage("--not-after must be after --not-before");
        }
        return new CaptureWish(
                channel,
                serial,
                from,
                to,
                ShippedScopes.load(scope),
                folder("--root", root),
                kernelFrom == null ? null : folder("--kernel-from", kernelFrom),
                new TreeMap<>(facts));
    }

    static String folder(String option, String text) throws CommandFailure {
        if (!text.startsWith("/") || text.chars().anyMatch(Character::isISOControl)) {
            throw CommandFailure.usage(option + " is an absolute path on the host");
        }
        return Path.of(text).normalize().toString();
    }
}
