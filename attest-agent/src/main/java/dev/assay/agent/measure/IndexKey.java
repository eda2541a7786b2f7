package dev.assay.agent.measure;

import dev.assay.baseline.Anchor;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Framing;
import dev.assay.bytes.Json;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/// What has to be the same for a remembered tree to stand for a new one. The boot is part of it:
/// whoever had the disk while the host was down could change it and set every time back.
public final class IndexKey {
    private IndexKey() {}

    public static Digest of(String boot, CompiledScope scope, List<Anchor> anchors, Path root) {
        MessageDigest hasher = Digest.hasher();
        Framing framing =
                Framing.into(hasher, "assay.index.v1")
                        .frame(Integer.toString(MeasurementSet.MEASUREMENT_VERSION))
                        .frame(boot)
                        .frame(Json.write(scope.scope()))
                        .frame(root.toString());
        for (Anchor anchor : anchors) {
            framing.frame(anchor.path().value())
                    .frame(Bytes.utf8(Long.toString(anchor.length())))
                    .frame(anchor.prefix().bytes());
        }
        return Digest.finish(hasher);
    }
}
