package dev.assay.verifier.http;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.BaselineName;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.HostDrift;
import java.util.List;
import java.util.Locale;
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
    /// @param change `added`, `removed`, `changed`, `unreadable` or `unstable`
    record Item(
            NodePath path,
            String change,
            List<Attribute> attributes,
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
                drift.drifts().stream().map(DriftJson::item).toList(),
                drift.subtrees());
    }

    private static Item item(Drift drift) {
        return new Item(
                drift.path(),
                drift.change().name().toLowerCase(Locale.ROOT),
                drift.attributes().stream()
                        .map(
                                change ->
                                        new Attribute(
                                                change.name(),
                                                text(change.golden()),
                                                text(change.measured())))
                        .toList(),
                drift.owner(),
                drift.survivesReset());
    }

    private static @Nullable String text(@Nullable Bytes value) {
        return value == null ? null : value.toString();
    }
}
