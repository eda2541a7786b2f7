package dev.assay.bench;

import dev.assay.bench.Contender.Absent;
import java.util.List;
import java.util.Optional;

/// What `bench scan` prints.
///
/// @param bench `scan` or `scan --cold`
record Report(
        String bench,
        Machine machine,
        String root,
        TreeSize size,
        int rounds,
        List<Series> contenders,
        List<Absent> leftOut,
        List<Target> targets) {
    Report {
        contenders = List.copyOf(contenders);
        leftOut = List.copyOf(leftOut);
        targets = List.copyOf(targets);
    }

    static Optional<Series> named(List<Series> all, String name) {
        return all.stream().filter(series -> series.name().equals(name)).findFirst();
    }
}
