package dev.assay.verifier.cli;

import dev.assay.baseline.Anchor;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestWriter;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.signing.Envelope;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Small golden files, unsigned.
final class GoldenFiles {
    static final Scope SCOPE =
            new Scope(
                    "test",
                    1,
                    "all of a small tree",
                    List.of(
                            new Rule(
                                    PathPattern.of("**"),
                                    MutabilityClass.IMMUTABLE,
                                    "nothing changes",
                                    false,
                                    List.of())),
                    List.of());

    private GoldenFiles() {}

    /// @param contents of files, by path below `fs/`
    static MeasurementSet tree(Map<String, String> contents) {
        List<Entry> entries = new ArrayList<>();
        contents.forEach(
                (path, content) ->
                        entries.add(
                                Entry.of(
                                        NodePath.of("fs/" + path),
                                        Leaf.of(
                                                Kind.FILE,
                                                Map.of(
                                                        Leaf.MODE,
                                                        Bytes.utf8("0755"),
                                                        Leaf.CONTENT,
                                                        Bytes.utf8(
                                                                Digest.ofContent(
                                                                                Bytes.utf8(content))
                                                                        .hex()))))));
        return MeasurementSet.of(entries);
    }

    static Path write(Path file, String channel, long serial, MeasurementSet tree)
            throws IOException {
        return write(file, channel, serial, tree, SCOPE, Instant.now(), List.of());
    }

    /// @param now when it is captured; from a minute before it is golden
    static Path write(
            Path file,
            String channel,
            long serial,
            MeasurementSet tree,
            Scope scope,
            Instant now,
            List<Anchor> anchors)
            throws IOException {
        Path packed = file.resolveSibling(file.getFileName() + ".manifest");
        Baseline.ManifestReference reference;
        try (OutputStream out = Files.newOutputStream(packed)) {
            reference = ManifestWriter.write(tree, out);
        }
        MeasurementSet.Roots roots = tree.roots();
        Baseline baseline =
                new Baseline(
                        channel,
                        serial,
                        now.minus(Duration.ofMinutes(1)),
                        now.plus(Duration.ofDays(90)),
                        MeasurementSet.MEASUREMENT_VERSION,
                        scope,
                        roots.total(),
                        roots.subtrees(),
                        Coverage.NONE,
                        anchors,
                        reference,
                        new Baseline.Captured(now, "/", "/", false, "test"));
        GoldenFile.write(
                file, Envelope.unsigned(Baseline.PAYLOAD_TYPE, baseline.toStatement()), packed);
        Files.delete(packed);
        return file;
    }
}
