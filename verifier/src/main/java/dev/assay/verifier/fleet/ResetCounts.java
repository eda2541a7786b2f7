package dev.assay.verifier.fleet;

import org.jspecify.annotations.Nullable;

/// A TPM's own count of its resets, one for each boot (TPMS_CLOCK_INFO, TPM 2.0 Library, part 2,
/// section 10.11.1). Software of the host cannot turn it on without a reset.
///
/// @param before the highest quoted in the boot before; null where that had none
/// @param now the highest quoted in this boot
public record ResetCounts(@Nullable Long before, long now) {
    static @Nullable ResetCounts of(@Nullable Boot last, @Nullable Long count) {
        if (count == null) {
            return null;
        }
        ResetCounts earlier = last == null ? null : last.resets();
        return new ResetCounts(earlier == null ? null : earlier.now(), count);
    }

    ResetCounts seen(@Nullable Long count) {
        return count == null || count <= now ? this : new ResetCounts(before, count);
    }

    /// Whether the machine was reset between the two boots.
    boolean areProof() {
        return before != null && now > before;
    }
}
