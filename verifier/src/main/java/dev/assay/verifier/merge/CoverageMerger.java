package dev.assay.verifier.merge;

import dev.assay.baseline.Coverage;
import dev.assay.scope.MutabilityClass;
import dev.assay.verifier.collect.CapturedFile;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How much was measured in each of them at least, and what was not measured in any of them.
final class CoverageMerger implements PartMerger<Coverage> {
    @Override
    public Joined<Coverage> join(List<CapturedFile> captures) {
        Map<MutabilityClass, Coverage.Count> least = new EnumMap<>(MutabilityClass.class);
        Set<Coverage.NotMeasured> notMeasured = new LinkedHashSet<>();
        for (CapturedFile capture : captures) {
            Coverage coverage = capture.baseline().coverage();
            coverage.classes()
                    .forEach((mutability, count) -> least.merge(mutability, count, this::less));
            notMeasured.addAll(coverage.notMeasured());
        }
        Coverage coverage =
                new Coverage(least, notMeasured.stream().limit(Coverage.MAX_NOT_MEASURED).toList());
        return new Joined<>(coverage, List.of(), 0, List.of());
    }

    private Coverage.Count less(Coverage.Count one, Coverage.Count other) {
        return new Coverage.Count(
                Math.min(one.entries(), other.entries()), Math.min(one.bytes(), other.bytes()));
    }
}
