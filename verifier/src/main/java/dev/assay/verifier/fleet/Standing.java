package dev.assay.verifier.fleet;

import dev.assay.baseline.Coverage;
import dev.assay.evidence.Freshness;
import dev.assay.verifier.appraise.KernelFindings.Vouched;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the last authentic evidence came to.
///
/// @param because one line for people
/// @param since when the verdict became this one
/// @param at of the evidence
/// @param expiresAt after it nothing is known any more, whoever sweeps or does not
/// @param baseline that it was measured by; null where there is none
/// @param simulated whether any of it was not the live host
/// @param seconds that measuring took
/// @param freshness how much of it was remembered; null where nothing was measured
/// @param watching null where the agent does not tell
/// @param vouched what the kernel's own measurements were held against; null where that was not
///   written down
public record Standing(
        Verdict verdict,
        String because,
        Instant since,
        Instant at,
        Instant expiresAt,
        @Nullable BaselineName baseline,
        @Nullable Coverage coverage,
        boolean simulated,
        double seconds,
        @Nullable Freshness freshness,
        @Nullable Watching watching,
        @Nullable Set<Vouched> vouched) {
    Standing relived(Instant newAt, Instant newExpiresAt) {
        return new Standing(
                verdict,
                because,
                since,
                newAt,
                newExpiresAt,
                baseline,
                coverage,
                simulated,
                seconds,
                freshness,
                watching,
                vouched);
    }
}
