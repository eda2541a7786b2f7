package dev.assay.verifier.http;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.LeafJson;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Leaf;
import dev.assay.text.DriftText;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.BaselineName;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.HostDrift;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A host's drift as the API shows it. Values are escaped text: a name or a value that came from
/// the host can be printed.
///
/// @param total paths, listed or not
record DriftJson(
        String host,
        @Nullable BaselineName baseline,
        long total,
        @Nullable DriftSummary summary,
        List<Item> drifts,
        List<DriftReport.Subtree> subtrees) {
    /// @param name of the path as people know it: `/usr/bin/ssh`, `kernel.kptr_restrict`
    /// @param change `added`, `removed`, `changed`, `unreadable` or `unstable`
    /// @param says one line for people
    /// @param golden all attributes; null where the path is not in the baseline
    /// @param measured all attributes; null where the path is not on the host
    record Item(
            NodePath path,
            String name,
            String change,
            String says,
            List<Attribute> attributes,
            @Nullable Map<String, String> golden,
            @Nullable Map<String, String> measured,
            @Nullable String owner,
            boolean survivesReset) {}

    record Attribute(String name, @Nullable String golden, @Nullable String measured) {}

    static DriftJson of(HostDrift drift) {
        DriftSummary summary = drift.summary();
        return new DriftJson(
                drift.host(),
                drift.baseline(),
                summary == null ? 0 : summary.total(),
                summary,
                items(drift.drifts()),
                drift.subtrees());
    }

    static List<Item> items(List<Drift> drifts) {
        return drifts.stream().map(DriftJson::item).toList();
    }

    private static Item item(Drift drift) {
        return new Item(
                drift.path(),
                DriftText.name(drift.path()),
                drift.change().name().toLowerCase(Locale.ROOT),
                DriftText.detail(drift),
                drift.attributes().stream()
                        .map(
                                change ->
                                        new Attribute(
                                                change.name(),
                                                text(change.golden()),
                                                text(change.measured())))
                        .toList(),
                leaf(drift.golden()),
                leaf(drift.measured()),
                drift.owner(),
                drift.survivesReset());
    }

    private static @Nullable Map<String, String> leaf(@Nullable Leaf leaf) {
        return leaf == null ? null : LeafJson.write(leaf);
    }

    private static @Nullable String text(@Nullable Bytes value) {
        return value == null ? null : value.toString();
    }
}
