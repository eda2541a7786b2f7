package dev.assay.agent.cli;

import dev.assay.agent.collect.files.OneFile;
import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Comparison;
import dev.assay.baseline.Drift;
import dev.assay.baseline.EntrySource;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestReader;
import dev.assay.baseline.UndeterminedRegions;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Verified;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Holds a measurement against a baseline.
final class Check {
    /// A host that drifted in a million paths is told in counts and these.
    static final int MAX_LISTED = 100_000;

    private static final int MAGIC_BYTES = 4;

    enum Verdict {
        GOLDEN("golden", ExitCode.GOLDEN),
        DRIFTED("drifted", ExitCode.DRIFTED),
        UNDETERMINED("undetermined", ExitCode.UNDETERMINED);

        private final String wire;
        private final int exitCode;

        Verdict(String wire, int exitCode) {
            this.wire = wire;
            this.exitCode = exitCode;
        }

        String wire() {
            return wire;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /// @param drifts the first of them, sorted by path, with their owners
    /// @param total all of them
    /// @param undetermined of them, those that say only that the agent could not look
    /// @param surviving of the others, those that a reboot would leave
    record Outcome(
            Verified<Baseline> baseline,
            Measurement measurement,
            MeasurementSet.Roots roots,
            List<Drift> drifts,
            long total,
            long undetermined,
            long surviving) {
        Outcome {
            drifts = List.copyOf(drifts);
        }

        Verdict verdict() {
            if (total == 0) {
                return Verdict.GOLDEN;
            }
            return total == undetermined ? Verdict.UNDETERMINED : Verdict.DRIFTED;
        }
    }

    private final GoldenFile golden;
    private final Verified<Baseline> baseline;
    private final Measurement measurement;
    private final List<Drift> drifts = new ArrayList<>();
    private final UndeterminedRegions regions = new UndeterminedRegions();
    private long total;
    private long undetermined;
    private long surviving;

    private Check(GoldenFile golden, Verified<Baseline> baseline, Measurement measurement) {
        this.golden = golden;
        this.baseline = baseline;
        this.measurement = measurement;
    }

    /// @param owners name and version of the packages that the host says its paths belong to
    static Outcome run(
            GoldenFile golden,
            Verified<Baseline> baseline,
            Measurement measurement,
            Function<List<NodePath>, Map<NodePath, String>> owners)
            throws IOException, MalformedInputException {
        return new Check(golden, baseline, measurement).run(owners);
    }

    private Outcome run(Function<List<NodePath>, Map<NodePath, String>> owners)
            throws IOException, MalformedInputException {
        MeasurementSet.Roots roots = measurement.set().roots();
        if (!roots.total().equals(baseline.value().root())) {
            try (ManifestReader manifest = golden.manifest(baseline)) {
                Comparison.run(
                        manifest,
                        EntrySource.of(measurement.set()),
                        baseline.value().scope(),
                        this::add);
            }
            if (total == 0) {
                throw new MalformedInputException(
                        "the baseline's manifest is not the tree that its root names");
            }
        }
        return new Outcome(
                baseline, measurement, roots, named(owners), total, undetermined, surviving);
    }

    private void add(Drift drift) {
        if (regions.isBelow(drift)) {
            return;
        }
        total++;
        if (regions.covers(drift)) {
            undetermined++;
        } else if (drift.survivesReset()) {
            surviving++;
        }
        if (drifts.size() < MAX_LISTED) {
            drifts.add(drift);
        }
    }

    private List<Drift> named(Function<List<NodePath>, Map<NodePath, String>> owners) {
        Map<NodePath, String> names = owners.apply(drifts.stream().map(Drift::path).toList());
        return drifts.stream().map(drift -> drift.withOwner(names.get(drift.path()))).toList();
    }

    /// The first bytes of files below a root.
    static Function<NodePath, Optional<Bytes>> starts(Path root) {
        return path ->
                path.startsWith(CompiledScope.FILES)
                        ? OneFile.start(root, path.relativeTo(CompiledScope.FILES), MAGIC_BYTES)
                        : Optional.empty();
    }
}
