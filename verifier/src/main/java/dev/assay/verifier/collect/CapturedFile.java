package dev.assay.verifier.collect;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.measurement.RootsFold;
import java.io.IOException;
import java.nio.file.Path;

/// A golden file that was read to its end: its manifest is the document's and gives the document's
/// digests, and everything in it could be measured. Who signed it, if anybody, is not asked.
public record CapturedFile(Path file, GoldenFile golden, Baseline baseline) {
    /// @throws MalformedInputException with the reason why it is no whole capture
    public static CapturedFile read(Path file) throws IOException, MalformedInputException {
        GoldenFile golden = GoldenFile.open(file);
        if (!golden.envelope().payloadType().equals(Baseline.PAYLOAD_TYPE)) {
            throw refused(file, "holds no baseline");
        }
        Baseline baseline = Baseline.parseStatement(golden.envelope().payload());
        RootsFold fold = new RootsFold();
        try (ManifestReader manifest = golden.manifest(baseline.manifest())) {
            for (Entry entry = manifest.next(); entry != null; entry = manifest.next()) {
                Leaf leaf = Leaf.decode(entry.encoded());
                Kind kind = leaf.kind();
                if (kind.isUndetermined()) {
                    throw refused(file, "holds " + entry.path() + ", which is " + kind.wire());
                }
                fold.add(entry);
            }
        }
        MeasurementSet.Roots roots = fold.finish();
        if (!roots.total().equals(baseline.root())
                || !roots.subtrees().equals(baseline.subtrees())) {
            throw refused(file, "has digests that are not its manifest's");
        }
        return new CapturedFile(file, golden, baseline);
    }

    private static MalformedInputException refused(Path file, String why) {
        return new MalformedInputException(file.getFileName() + " " + why);
    }

    /// Its entries, from the beginning.
    public ManifestReader entries() throws IOException, MalformedInputException {
        return golden.manifest(baseline.manifest());
    }
}
