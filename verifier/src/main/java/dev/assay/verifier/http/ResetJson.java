package dev.assay.verifier.http;

import dev.assay.evidence.BootId;
import dev.assay.verifier.fleet.Attempt;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.ResetClocks;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A reset as the API shows it.
///
/// @param rung who is asked now, or was last; null before the order
/// @param deadline of that rung
record ResetJson(
        String id,
        String host,
        String group,
        @Nullable BootId boot,
        Cause cause,
        Reset.Remedy remedy,
        String reason,
        Reset.Status status,
        String note,
        @Nullable String rung,
        @Nullable Instant goldenAt,
        Instant accusedAt,
        Instant openedAt,
        @Nullable Instant announcedAt,
        @Nullable Instant drainBy,
        @Nullable Instant drainedAt,
        @Nullable Instant orderedAt,
        @Nullable Instant deadline,
        @Nullable Instant finishedAt,
        @Nullable String approvedBy,
        List<Attempt> attempts,
        ResetClocks clocks) {

    static ResetJson of(Reset reset) {
        Attempt last = reset.lastAttempt();
        return new ResetJson(
                reset.id(),
                reset.host(),
                reset.group(),
                reset.boot(),
                reset.cause(),
                reset.remedy(),
                reset.reason(),
                reset.status(),
                reset.note(),
                last == null ? null : last.rung(),
                reset.goldenAt(),
                reset.accusedAt(),
                reset.openedAt(),
                reset.announcedAt(),
                reset.drainBy(),
                reset.drainedAt(),
                reset.orderedAt(),
                last == null ? null : last.deadline(),
                reset.finishedAt(),
                reset.approvedBy(),
                reset.attempts(),
                ResetClocks.of(reset));
    }
}
