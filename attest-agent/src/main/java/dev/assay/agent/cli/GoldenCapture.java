package dev.assay.agent.cli;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.baseline.Anchor;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestWriter;
import dev.assay.baseline.PlatformExpectations;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.Signer;
import dev.assay.text.Numbers;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a measurement into `NAME.golden`.
final class GoldenCapture {
    private final CompiledScope scope;
    private final HostOptions host;
    private final CaptureTarget target;
    private final @Nullable Signer signer;

    GoldenCapture(
            CompiledScope scope, HostOptions host, CaptureTarget target, @Nullable Signer signer) {
        this.scope = scope;
        this.host = host;
        this.target = target;
        this.signer = signer;
    }

    /// @param platform null where nothing is expected of a TPM
    CaptureDocument write(
            Measurement measurement, @Nullable PlatformExpectations platform, Path out)
            throws IOException, CommandFailedException {
        Path manifest = Files.createTempFile(parent(out), ".manifest", ".gz");
        try {
            Baseline baseline =
                    baseline(measurement, platform, writeManifest(measurement, manifest));
            Envelope envelope = Envelope.unsigned(Baseline.PAYLOAD_TYPE, baseline.toStatement());
            if (signer != null) {
                envelope = envelope.plusSignature(signer);
            }
            GoldenFile.write(out, envelope, manifest);
            return document(measurement, out, baseline, envelope);
        } finally {
            Files.deleteIfExists(manifest);
        }
    }

    private static Path parent(Path out) {
        Path parent = out.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private static ManifestReference writeManifest(Measurement measurement, Path file)
            throws IOException {
        try (OutputStream packed = new BufferedOutputStream(Files.newOutputStream(file))) {
            return ManifestWriter.write(measurement.set(), packed);
        }
    }

    private Baseline baseline(
            Measurement measurement,
            @Nullable PlatformExpectations platform,
            ManifestReference manifest)
            throws CommandFailedException {
        List<Anchor> anchors = scope.anchorsOf(measurement.set());
        if (anchors.size() > Baseline.MAX_ANCHORS) {
            throw new CommandFailedException(
                    Numbers.count(anchors.size(), "append-only file")
                            + ", a baseline holds "
                            + Numbers.count(Baseline.MAX_ANCHORS)
                            + ": narrow the scope's append-only rules");
        }
        MeasurementSet.Roots roots = measurement.set().roots();
        return new Baseline(
                target.channel(),
                target.serial(),
                target.notBefore(),
                target.notAfter(),
                MeasurementSet.MEASUREMENT_VERSION,
                scope.scope(),
                roots.total(),
                roots.subtrees(),
                measurement.coverage(),
                anchors,
                manifest,
                new Baseline.Captured(
                        target.capturedAt(),
                        host.root().toString(),
                        host.kernelName(scope),
                        host.isSimulated(),
                        AgentVersion.text()),
                List.of(),
                platform);
    }

    private CaptureDocument document(
            Measurement measurement, Path out, Baseline baseline, Envelope envelope) {
        return new CaptureDocument(
                out.toString(),
                baseline.channel(),
                baseline.serial(),
                envelope.payloadDigest(),
                !envelope.signatures().isEmpty(),
                baseline.notBefore(),
                baseline.notAfter(),
                baseline.root(),
                baseline.subtrees(),
                baseline.captured().root(),
                baseline.captured().kernelFrom(),
                baseline.captured().simulated(),
                measurement.set().size(),
                measurement.files(),
                measurement.coverage().total().bytes(),
                measurement.seconds(),
                measurement.coverage(),
                measurement.notMeasured(),
                PlatformText.of(baseline.platform()));
    }
}
