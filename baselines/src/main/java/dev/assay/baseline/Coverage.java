package dev.assay.baseline;

import dev.assay.scope.MutabilityClass;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How much was measured, by class, and what was left out and why: every result carries it, because
/// a golden tree says nothing of what is not in it.
public record Coverage(Map<MutabilityClass, Count> classes, List<NotMeasured> notMeasured) {
    public static final int MAX_NOT_MEASURED = 256;
    public static final Coverage NONE = new Coverage(Map.of(), List.of());

    /// @param entries files, directories and kernel values looked at
    /// @param bytes of content that belongs to them
    public record Count(long entries, long bytes) {
        /// Small enough that no sum over the classes overflows.
        public static final long MAX = 1L << 56;

        /// @throws IllegalArgumentException where one is out of bounds
        public Count {
            if (entries < 0 || bytes < 0 || entries > MAX || bytes > MAX) {
                throw new IllegalArgumentException("count is out of bounds");
            }
        }

        public Count plus(Count other) {
            return new Count(
                    Math.min(MAX, entries + other.entries), Math.min(MAX, bytes + other.bytes));
        }
    }

    /// @param path as the tree names it
    public record NotMeasured(String path, String reason) {
        /// @throws IllegalArgumentException where one is missing or too long
        public NotMeasured {
            if (path == null || reason == null || path.length() > 4096 || reason.length() > 512) {
                throw new IllegalArgumentException("malformed entry of what was not measured");
            }
        }
    }

    /// @throws IllegalArgumentException where the list is too long
    public Coverage {
        EnumMap<MutabilityClass, Count> sorted = new EnumMap<>(MutabilityClass.class);
        sorted.putAll(classes);
        classes = Collections.unmodifiableMap(sorted);
        notMeasured = List.copyOf(notMeasured);
        if (notMeasured.size() > MAX_NOT_MEASURED) {
            throw new IllegalArgumentException("too many paths that were not measured");
        }
    }

    /// Of all classes; each part stops at {@link Count#MAX}.
    public Count total() {
        return classes.values().stream().reduce(new Count(0, 0), Count::plus);
    }

    public Count of(MutabilityClass mutability) {
        @Nullable Count count = classes.get(mutability);
        return count == null ? new Count(0, 0) : count;
    }
}
