package dev.assay.agent.cli;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.Drift;
import dev.assay.baseline.LeafJson;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Leaf;
import dev.assay.text.DriftText;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What `check --json` prints.
///
/// @param result `golden`, `drifted` or `undetermined`
/// @param baseline the digest of its statement
/// @param drifts the first of `changes` and `undetermined`, sorted by path
/// @param survivesReset of the changes, those that a reboot would leave
/// @param remedy `none`, `reset`, `replacement`, or `unknown`
record CheckDocument(
        String result,
        String channel,
        long serial,
        Digest baseline,
        String root,
        String kernelFrom,
        boolean simulated,
        Digest expected,
        Digest measured,
        SortedMap<String, Digest> subtrees,
        long changes,
        long undetermined,
        long survivesReset,
        String remedy,
        List<DriftItem> drifts,
        long entries,
        long files,
        long bytes,
        long bytesRead,
        double seconds,
        Coverage coverage,
        long notMeasured) {
    /// @param path as the tree names it, `name` as people do
    /// @param change `added`, `removed`, `changed`, `unreadable` or `unstable`
    /// @param attributes that differ, where both sides are there
    /// @param owner package and version
    record DriftItem(
            NodePath path,
            String name,
            String change,
            String detail,
            List<AttributeItem> attributes,
            @Nullable Map<String, String> golden,
            @Nullable Map<String, String> measured,
            @Nullable String owner,
            boolean survivesReset) {}

    record AttributeItem(String name, @Nullable String golden, @Nullable String measured) {}

    /// @param start the first bytes of an added file
    static CheckDocument of(
            Check.Outcome outcome,
            CompiledScope scope,
            HostOptions host,
            Function<NodePath, Optional<Bytes>> start) {
        Baseline baseline = outcome.baseline().value();
        Measurement measurement = outcome.measurement();
        return new CheckDocument(
                outcome.verdict().wire(),
                baseline.channel(),
                baseline.serial(),
                outcome.baseline().digest(),
                host.root().toString(),
                host.kernelName(scope),
                host.isSimulated(),
                baseline.root(),
                outcome.roots().total(),
                outcome.roots().subtrees(),
                outcome.total() - outcome.undetermined(),
                outcome.undetermined(),
                outcome.surviving(),
                remedy(outcome),
                outcome.drifts().stream().map(drift -> item(drift, start)).toList(),
                measurement.set().size(),
                measurement.files(),
                measurement.coverage().total().bytes(),
                measurement.bytesRead(),
                measurement.seconds(),
                measurement.coverage(),
                measurement.notMeasured());
    }

    private static String remedy(Check.Outcome outcome) {
        return switch (outcome.verdict()) {
            case GOLDEN -> "none";
            case DRIFTED -> outcome.surviving() == 0 ? "reset" : "replacement";
            case UNDETERMINED -> "unknown";
        };
    }

    private static DriftItem item(Drift drift, Function<NodePath, Optional<Bytes>> start) {
        return new DriftItem(
                drift.path(),
                DriftText.name(drift.path()),
                drift.change().name().toLowerCase(Locale.ROOT),
                DriftText.detail(drift, start),
                drift.attributes().stream()
                        .map(
                                change ->
                                        new AttributeItem(
                                                change.name(),
                                                text(change.golden()),
                                                text(change.measured())))
                        .toList(),
                fields(drift.golden()),
                fields(drift.measured()),
                drift.owner(),
                drift.survivesReset());
    }

    private static @Nullable String text(@Nullable Bytes value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable Map<String, String> fields(@Nullable Leaf leaf) {
        return leaf == null ? null : LeafJson.write(leaf);
    }
}
