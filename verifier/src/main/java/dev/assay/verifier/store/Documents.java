package dev.assay.verifier.store;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.LeafJson;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.BaselineName;
import dev.assay.verifier.fleet.StoredDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values as the JSON that a column holds.
final class Documents {
    private static final int MAX_BYTES = 64 << 20;

    private Documents() {}

    static String write(Object value) {
        return Json.write(value).lossyText();
    }

    /// What this program wrote; anything else is a damaged database.
    static <T> T read(String json, Class<T> type) {
        try {
            return Json.parse(Bytes.utf8(json), type, MAX_BYTES);
        } catch (MalformedInputException e) {
            throw new IllegalStateException(
                    "the database holds no " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    private record DriftRow(
            NodePath path,
            @Nullable Map<String, String> golden,
            @Nullable Map<String, String> measured,
            @Nullable String owner,
            boolean survivesReset) {}

    private record DriftDocument(
            @Nullable BaselineName baseline,
            List<DriftRow> drifts,
            List<DriftReport.Subtree> subtrees) {}

    static String writeDrift(StoredDrift drift) {
        List<DriftRow> rows =
                drift.drifts().stream()
                        .map(
                                one ->
                                        new DriftRow(
                                                one.path(),
                                                fields(one.golden()),
                                                fields(one.measured()),
                                                one.owner(),
                                                one.survivesReset()))
                        .toList();
        return write(new DriftDocument(drift.baseline(), rows, drift.subtrees()));
    }

    static StoredDrift readDrift(String json) {
        DriftDocument document = read(json, DriftDocument.class);
        List<Drift> drifts = new ArrayList<>();
        for (DriftRow row : document.drifts()) {
            drifts.add(
                    new Drift(
                            row.path(),
                            leaf(row.golden()),
                            leaf(row.measured()),
                            row.owner(),
                            row.survivesReset()));
        }
        return new StoredDrift(document.baseline(), drifts, document.subtrees());
    }

    private static @Nullable Map<String, String> fields(@Nullable Leaf leaf) {
        return leaf == null ? null : LeafJson.write(leaf);
    }

    private static @Nullable Leaf leaf(@Nullable Map<String, String> fields) {
        try {
            return fields == null ? null : LeafJson.parse(fields);
        } catch (MalformedInputException e) {
            throw new IllegalStateException("the database holds no leaf: " + e.getMessage(), e);
        }
    }
}
