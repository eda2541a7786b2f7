package dev.assay.scope;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.assay.bytes.Bytes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Gives the paths that match, and everything below them, a class.
///
/// @param reason for people: why this class and no stricter one
/// @param survivesReset whether drift here outlives a reboot, so that the remedy is a replacement;
///   where it is missing it is taken to survive, because a reset that restores nothing is worse
///   than one that is not ordered
/// @param names for `rotating`: the patterns that a log's name must match
public record Rule(
        PathPattern path,
        @JsonProperty("class") MutabilityClass mutability,
        String reason,
        @Nullable Boolean survivesReset,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<String> names) {
    public static final int MAX_REASON_CHARS = 512;

    /// @throws IllegalArgumentException where the class, path or reason is missing, or names stand
    ///   where the class takes none
    public Rule {
        Objects.requireNonNull(path, "rule without path");
        Objects.requireNonNull(mutability, "rule without class");
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON_CHARS) {
            throw new IllegalArgumentException("rule for " + path + " needs a reason");
        }
        names = names == null ? List.of() : List.copyOf(names);
        names.forEach(Glob::of);
        if (names.isEmpty() == (mutability == MutabilityClass.ROTATING)) {
            throw new IllegalArgumentException(
                    "rule for " + path + ": names go with class rotating, and it needs them");
        }
    }

    public boolean outlivesReset() {
        return survivesReset == null || survivesReset;
    }

    /// Whether a log of this name may be here.
    public boolean allowsName(Bytes name) {
        return names != null && names.stream().anyMatch(glob -> Glob.of(glob).matches(name));
    }
}
