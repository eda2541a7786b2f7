package dev.assay.verifier.cli;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestReader;
import dev.assay.baseline.ManifestWriter;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.MutabilityClass;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRole;
import dev.assay.signing.Verified;
import dev.assay.text.DriftText;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.incident.Amendment;
import dev.assay.verifier.incident.AmendmentRefusedException;
import dev.assay.verifier.incident.AmendmentRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        name = "amend",
        description = {
            "Make the next baseline of a channel from an incident that was a false alarm.",
            "It is written unsigned: look at it, sign it (baseline sign), publish it."
        })
final class BaselineAmendCommand extends OnlineCommand {
    @Option(
            names = "--from-incident",
            required = true,
            paramLabel = "ID",
            description = "As incident list shows it.")
    private String incident;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description =
                    "Only what drifted at or below it: /etc/motd, or as the tree names it. May be"
                            + " given several times; without it all of the incident.")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--class",
            required = true,
            paramLabel = "CLASS",
            description =
                    "The path's own class, mostly immutable: what was measured is golden. Else"
                            + " metadata, present or unmeasured: it is measured less from now on.")
    private String mutability;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why it is no drift; it stands in the scope.")
    private String reason;

    @Option(
            names = "--accept-dangerous",
            paramLabel = "PATH",
            description =
                    "Accept this path although it runs or gives rights. May be given several"
                            + " times; each names one path.")
    private List<String> dangerous = new ArrayList<>();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The golden file to write.")
    private Path out;

    private record Line(
            DriftLine drift, String mutability, List<String> dangers, @Nullable String owner) {}

    private record Written(
            String file,
            String channel,
            long serial,
            Digest digest,
            Digest from,
            boolean amends,
            List<Line> accepted,
            List<String> wholesale,
            List<String> left) {}

    @Override
    void run(ApiClient api)
            throws IOException, MalformedInputException, InterruptedException, CommandFailure {
        AmendmentRequest request = request();
        AmendedIncident from =
                AmendedIncident.of(api.get("/v1/incidents/" + ApiClient.encoded(incident)));
        JsonNode baselines = api.get("/v1/baselines");
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Digest active = active(baselines, from.channel(), now);
        Path folder = folder();
        Path fetched = Files.createTempFile(folder, ".golden", ".fetched");
        Path manifest = Files.createTempFile(folder, ".manifest", ".gz");
        try {
            try (InputStream in = api.stream("/v1/baselines/" + active.hex() + "/golden")) {
                Files.copy(in, fetched, StandardCopyOption.REPLACE_EXISTING);
            }
            long serial = newestSerial(baselines, from.channel()) + 1;
            write(GoldenFile.open(fetched), active, from, request, serial, now, manifest);
        } finally {
            Files.deleteIfExists(fetched);
            Files.deleteIfExists(manifest);
        }
    }

    private AmendmentRequest request() throws CommandFailure {
        try {
            return new AmendmentRequest(
                    tree(paths), MutabilityClass.of(mutability), reason, tree(dangerous));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    private static SortedSet<NodePath> tree(List<String> names) {
        SortedSet<NodePath> all = new TreeSet<>();
        for (String name : names) {
            String bare =
                    name.length() > 1 && name.endsWith("/") ? name.replaceAll("/+$", "") : name;
            all.add(NodePath.of(bare.startsWith("/") ? "fs" + bare : bare));
        }
        return all;
    }

    private Path folder() throws CommandFailure {
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw CommandFailure.operation("there is no folder for " + out);
        }
        return folder;
    }

    /// The highest serial that is golden now.
    private static Digest active(JsonNode baselines, String channel, Instant now)
            throws CommandFailure {
        JsonNode best = null;
        for (JsonNode one : baselines.path("baselines")) {
            if (isOf(one, channel)
                    && !one.hasNonNull("retiredAt")
                    && !now.isBefore(Instant.parse(text(one, "notBefore")))
                    && now.isBefore(Instant.parse(text(one, "notAfter")))
                    && (best == null || serial(one) > serial(best))) {
                best = one;
            }
        }
        if (best == null) {
            throw CommandFailure.operation(
                    "channel " + channel + " has no active baseline to amend: capture one");
        }
        return Digest.ofHex(text(best, "name", "digest"));
    }

    private static long newestSerial(JsonNode baselines, String channel) {
        long newest = 0;
        for (JsonNode one : baselines.path("baselines")) {
            newest = isOf(one, channel) ? Math.max(newest, serial(one)) : newest;
        }
        return newest;
    }

    private static boolean isOf(JsonNode baseline, String channel) {
        return text(baseline, "name", "channel").equals(channel);
    }

    private static long serial(JsonNode baseline) {
        return baseline.path("name").path("serial").asLong();
    }

    /// What is amended must be what was signed: a verifier that hands out something else would get
    /// it signed with the next serial.
    private Verified<Baseline> verified(GoldenFile golden, Digest digest, String channel)
            throws IOException, MalformedInputException, CommandFailure {
        try {
            Verified<Baseline> verified =
                    trustRoot()
                            .verify(golden.envelope(), TrustRole.BASELINE, Baseline.PAYLOAD_TYPE)
                            .parse(Baseline::parseStatement);
            if (!verified.digest().equals(digest) || !verified.value().channel().equals(channel)) {
                throw CommandFailure.operation("the verifier sent another baseline than the asked");
            }
            return verified;
        } catch (NotSignedException e) {
            throw CommandFailure.operation(
                    "the verifier's baseline is not signed by the trust root's role: "
                            + e.getMessage());
        }
    }

    private void write(
            GoldenFile golden,
            Digest digest,
            AmendedIncident from,
            AmendmentRequest request,
            long serial,
            Instant now,
            Path manifest)
            throws IOException, MalformedInputException, CommandFailure {
        Verified<Baseline> before = verified(golden, digest, from.channel());
        Amendment.Amended amended;
        try (ManifestReader entries = golden.manifest(before)) {
            amended =
                    Amendment.of(
                            before.value(),
                            entries,
                            from.id(),
                            from.drift(),
                            from.accusation(),
                            request,
                            serial,
                            now,
                            VerifierMain.build() + ", amending #" + before.value().serial());
        } catch (AmendmentRefusedException e) {
            e.problems().forEach(problem -> printing().err().println("  " + problem));
            throw CommandFailure.operation(
                    "nothing was written: "
                            + e.problems().size()
                            + (e.problems().size() == 1 ? " path stands" : " paths stand")
                            + " in the way");
        }
        ManifestReference reference;
        try (OutputStream packed = new BufferedOutputStream(Files.newOutputStream(manifest))) {
            reference = ManifestWriter.write(amended.tree(), packed);
        }
        Baseline baseline = amended.with(reference);
        Envelope envelope = Envelope.unsigned(Baseline.PAYLOAD_TYPE, baseline.toStatement());
        GoldenFile.write(out, envelope, manifest);
        tell(baseline, envelope, amended, from.id());
    }

    private void tell(
            Baseline baseline, Envelope envelope, Amendment.Amended amended, Digest from) {
        List<Line> accepted = new ArrayList<>();
        for (Amendment.Accepted one : amended.accepted()) {
            accepted.add(
                    new Line(
                            DriftLine.of(one.drift()),
                            one.mutability().wire(),
                            List.copyOf(one.dangers()),
                            one.drift().owner()));
        }
        Written written =
                new Written(
                        out.toString(),
                        baseline.channel(),
                        baseline.serial(),
                        envelope.payloadDigest(),
                        from,
                        baseline.amends().contains(from),
                        accepted,
                        amended.wholesale().stream().map(one -> one.path().toString()).toList(),
                        amended.left().stream().map(NodePath::toString).toList());
        printing().print(written, lines(written));
    }

    private static List<String> lines(Written written) {
        List<String> lines = new ArrayList<>();
        for (Line line : written.accepted()) {
            lines.add(line.drift().line());
            lines.add(
                    "           from now on "
                            + line.mutability()
                            + (line.dangers().isEmpty()
                                    ? ""
                                    : ", DANGEROUS: " + String.join(", ", line.dangers()))
                            + (line.owner() == null ? "" : ", of " + line.owner()));
        }
        written.wholesale().forEach(path -> lines.add("ALL BELOW  " + name(path)));
        written.left().forEach(path -> lines.add("LEFT OUT   " + name(path)));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%s #%d in %s, unsigned: attest-verifier baseline sign",
                        written.channel(),
                        written.serial(),
                        written.file()));
        lines.add(
                written.amends()
                        ? "amends incident "
                                + written.from().brief()
                                + ": hosts that showed nothing else need no reset"
                        : "amends no incident: what is left out is still drift, and hosts that showed"
                                + " it are reset");
        return lines;
    }

    private static String name(String path) {
        return DriftText.name(NodePath.of(path));
    }
}
