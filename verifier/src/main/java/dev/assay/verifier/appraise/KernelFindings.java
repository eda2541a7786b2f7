package dev.assay.verifier.appraise;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.baseline.Drift;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What firmware and kernel vouch for, through the TPM, as against what the agent asserts.
///
/// @param vouched what was held against the baseline
/// @param drifts of it, sorted by path
/// @param undetermined why not enough of it could be looked at; null where it could
/// @param fault why the verifier could not look; null where it could
public record KernelFindings(
        Set<Vouched> vouched,
        List<Drift> drifts,
        @Nullable String undetermined,
        @Nullable String fault) {
    /// Of a host without a TPM.
    public static final KernelFindings NONE = new KernelFindings(Set.of(), List.of(), null, null);

    /// A claim that rests on the kernel's own measurement.
    public enum Vouched {
        /// Firmware, boot loader, kernel, initial file system and command line.
        BOOT,
        /// Every program that ran.
        EXECUTABLES;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }

        /// @throws IllegalArgumentException for another name
        @JsonCreator
        public static Vouched of(String wire) {
            for (Vouched one : values()) {
                if (one.wire.equals(wire)) {
                    return one;
                }
            }
            throw new IllegalArgumentException("unknown claim");
        }
    }

    public KernelFindings {
        vouched = Collections.unmodifiableSet(new TreeSet<>(vouched));
        drifts = List.copyOf(drifts);
    }
}
