package dev.assay.verifier.fleet;

import dev.assay.evidence.BootId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Holds a boot to what was seen in it: no clean evidence of the same boot takes it back. An
/// intruder who restores the files before the reset is still an intruder who was there.
///
/// @param goldenAt when the host was last seen golden before; null where it never was in this boot
/// @param drift null where the cause is none
public record Latch(
        BootId boot,
        Cause cause,
        Instant since,
        @Nullable Instant goldenAt,
        String because,
        @Nullable DriftSummary drift) {}
