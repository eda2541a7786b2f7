package dev.assay.agent.measure;

import dev.assay.scope.MutabilityClass;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How much was measured, by class.
public record Coverage(SortedMap<MutabilityClass, Count> byClass) {
    /// @param files regular files that were looked at, also those that left no node
    /// @param bytes of them whose content stands in the tree by its digest
    public record Count(long files, long bytes) {
        Count plus(Count other) {
            return new Count(files + other.files, bytes + other.bytes);
        }
    }

    public Coverage {
        byClass = Collections.unmodifiableSortedMap(new TreeMap<>(byClass));
    }

    static Coverage of(Map<MutabilityClass, Count> byClass) {
        return new Coverage(new TreeMap<>(byClass));
    }

    public Count total() {
        return byClass.values().stream().reduce(new Count(0, 0), Count::plus);
    }
}
