package dev.assay.agent.measure;

import dev.assay.agent.tree.FileTree;
import dev.assay.baseline.Coverage;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.MeasurementSet;
import dev.assay.tree.NodePath;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that one measurement of a host found.
///
/// @param coverage by class; of what was not measured the first {@link Coverage#MAX_NOT_MEASURED}
/// @param files regular files that were looked at, also those that left no node
/// @param notMeasured how many paths there are that nothing was measured of
/// @param bytesRead from files: fewer than are covered where files are hard-linked
/// @param oldestRead seconds since 1970 at which the content that was read longest ago was read;
///   null where there is none
/// @param touched the first {@link #MAX_TOUCHED} immutable nodes that were written and are as they
///   were, in tree order; none in a full pass
/// @param tree the files, for the next pass; null where the scope measures none
/// @param undetermined entries that are unreadable or unstable
/// @param broken expectations of kernel values that do not hold, in tree order
/// @param factValues raw values of what is expected to equal a fact of the enrolment
public record Measurement(
        MeasurementSet set,
        Coverage coverage,
        long files,
        long notMeasured,
        long bytesRead,
        @Nullable Long oldestRead,
        List<NodePath> touched,
        @Nullable FileTree tree,
        double seconds,
        long undetermined,
        List<BrokenExpectation> broken,
        SortedMap<NodePath, Bytes> factValues) {
    public static final int MAX_TOUCHED = 1000;

    public Measurement {
        touched = List.copyOf(touched);
        broken = List.copyOf(broken);
        factValues = Collections.unmodifiableSortedMap(new TreeMap<>(factValues));
    }
}
