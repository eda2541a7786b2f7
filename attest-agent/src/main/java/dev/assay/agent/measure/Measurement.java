package dev.assay.agent.measure;

import dev.assay.measurement.MeasurementSet;
import java.util.List;

/// All that one measurement of a host found.
///
/// @param notMeasured at most {@link #MAX_LISTED} of them, in tree order
/// @param notMeasuredCount all of them
/// @param bytesRead from files, fewer than covered where files are hard-linked
/// @param undetermined entries that are unreadable or unstable
/// @param broken expectations of kernel values, in tree order
public record Measurement(
        MeasurementSet set,
        Coverage coverage,
        List<NotMeasured> notMeasured,
        long notMeasuredCount,
        long bytesRead,
        double seconds,
        long undetermined,
        List<BrokenExpectation> broken) {
    public static final int MAX_LISTED = 10_000;

    public Measurement {
        notMeasured = List.copyOf(notMeasured);
        broken = List.copyOf(broken);
    }
}
