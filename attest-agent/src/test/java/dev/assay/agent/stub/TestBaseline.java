package dev.assay.agent.stub;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.ManifestWriter;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.signing.Envelope;
import dev.assay.signing.SigningKey;
import dev.assay.tree.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A signed baseline with its manifest.
///
/// @param manifest its compressed bytes
public record TestBaseline(Baseline baseline, Envelope envelope, Bytes manifest) {
    public static final Scope SCOPE =
            new Scope(
                    "test",
                    1,
                    "a few kernel values",
                    List.of(
                            new Rule(
                                    PathPattern.of("kernel"),
                                    MutabilityClass.IMMUTABLE,
                                    "all of it",
                                    false,
                                    List.of())),
                    List.of());

    public static TestBaseline of(
            MeasurementSet set, String channel, long serial, SigningKey signer) {
        return of(set, channel, serial, MeasurementSet.MEASUREMENT_VERSION, signer);
    }

    public static TestBaseline of(
            MeasurementSet set,
            String channel,
            long serial,
            int measurementVersion,
            SigningKey signer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ManifestReference reference;
        try {
            reference = ManifestWriter.write(set, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Instant now = Instant.now();
        Baseline baseline =
                new Baseline(
                        channel,
                        serial,
                        now.minus(Duration.ofDays(1)),
                        now.plus(Duration.ofDays(30)),
                        measurementVersion,
                        SCOPE,
                        set.roots().total(),
                        set.roots().subtrees(),
                        Coverage.NONE,
                        List.of(),
                        reference,
                        new Baseline.Captured(now, "/", "/", true, "test"));
        Envelope envelope = Envelope.sign(Baseline.PAYLOAD_TYPE, baseline.toStatement(), signer);
        return new TestBaseline(baseline, envelope, Bytes.copyOf(out.toByteArray()));
    }

    public Digest digest() {
        return envelope.payloadDigest();
    }
}
