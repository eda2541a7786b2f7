package dev.assay.agent.cli;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.baseline.Coverage;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/// What `measure --json` prints.
///
/// @param undetermined the first {@link #MAX_LISTED} of what could not be read
record MeasureDocument(
        String scope,
        int measurementVersion,
        String root,
        String kernelFrom,
        boolean simulated,
        Digest digest,
        SortedMap<String, Digest> subtrees,
        long entries,
        long files,
        long bytes,
        long bytesRead,
        double seconds,
        Coverage coverage,
        long notMeasured,
        long undeterminedCount,
        List<Undetermined> undetermined) {
    static final int MAX_LISTED = 1000;

    /// @param kind `unreadable` or `unstable`
    record Undetermined(NodePath path, String kind, String reason) {
        private static Undetermined of(Entry entry) {
            Leaf leaf = entry.leaf();
            String reason = leaf.attribute(Leaf.REASON).map(Object::toString).orElse("");
            return new Undetermined(entry.path(), leaf.kind().wire(), reason);
        }
    }

    static MeasureDocument of(Measurement measurement, CompiledScope scope, HostOptions host) {
        MeasurementSet.Roots roots = measurement.set().roots();
        return new MeasureDocument(
                scope.scope().name(),
                MeasurementSet.MEASUREMENT_VERSION,
                host.root().toString(),
                host.kernelName(scope),
                host.isSimulated(),
                roots.total(),
                roots.subtrees(),
                measurement.set().size(),
                measurement.files(),
                measurement.coverage().total().bytes(),
                measurement.bytesRead(),
                measurement.seconds(),
                measurement.coverage(),
                measurement.notMeasured(),
                measurement.undetermined(),
                undetermined(measurement));
    }

    static List<Undetermined> undetermined(Measurement measurement) {
        List<Undetermined> found = new ArrayList<>();
        if (measurement.undetermined() > 0) {
            for (Entry entry : measurement.set()) {
                if (found.size() < MAX_LISTED && entry.leaf().kind().isUndetermined()) {
                    found.add(Undetermined.of(entry));
                }
            }
        }
        return found;
    }
}
