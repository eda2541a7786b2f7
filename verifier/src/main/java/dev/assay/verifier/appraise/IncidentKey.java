package dev.assay.verifier.appraise;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Framing;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Names a drift by what it is, not by whom it befell: equal on every host that shows it
/// (FORMAT.md, section 6). Who signs that one was a false alarm computes it again from what he was
/// shown.
public final class IncidentKey {
    private IncidentKey() {}

    /// @param drifts sorted by path
    /// @param unexplainedRoot the root that nothing explains; null where the lists do
    public static Digest of(
            List<Drift> drifts,
            List<DriftReport.Subtree> subtrees,
            @Nullable Digest unexplainedRoot) {
        MessageDigest hasher = Digest.hasher();
        Framing framing = Framing.into(hasher, "assay.incident.v1");
        for (Drift drift : drifts) {
            Leaf measured = drift.measured();
            framing.tag(1)
                    .frame(drift.path().value())
                    .frame(drift.change().name())
                    .frame(measured == null ? Bytes.EMPTY : measured.encode());
        }
        for (DriftReport.Subtree subtree : subtrees) {
            Digest digest = subtree.digest();
            framing.tag(2)
                    .frame(subtree.path().value())
                    .frame(digest == null ? Bytes.EMPTY : digest.bytes());
        }
        if (unexplainedRoot != null) {
            framing.tag(3).frame(unexplainedRoot.bytes());
        }
        return Digest.finish(hasher);
    }
}
