package dev.assay.bench;

import java.util.List;

/// All runs of one contender.
///
/// @param peakBytes of the run that needed most
record Series(String name, List<Run> runs, Spread wallSeconds, Spread cpuSeconds, long peakBytes) {
    static Series of(String name, List<Run> runs) {
        return new Series(
                name,
                List.copyOf(runs),
                Spread.of(runs.stream().map(Run::wallSeconds).toList()),
                Spread.of(runs.stream().map(Run::cpuSeconds).toList()),
                runs.stream().mapToLong(Run::peakBytes).max().orElse(0));
    }

    /// How many times the other's time, both by their medians.
    double ratioTo(Series other) {
        return wallSeconds.median() / other.wallSeconds.median();
    }
}
