package dev.assay.verifier.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One rung of a reset's ladder: who was asked, and what came of it.
///
/// @param rung `agent`, an executor of the site file, or `operator`
/// @param at when it was asked
/// @param deadline by which a golden boot has to be proved
/// @param because why it was this one's turn
/// @param endedAt when an executor had answered
/// @param failure why it did not bring the host back; null where it did or may still
/// @param output of an executor, bounded
/// @param receipt the platform's own record of the restart
public record Attempt(
        String rung,
        Instant at,
        Instant deadline,
        String because,
        @Nullable Instant endedAt,
        @Nullable String failure,
        @Nullable String output,
        @Nullable Receipt receipt) {

    public static Attempt begun(String rung, Instant at, Instant deadline, String because) {
        return new Attempt(rung, at, deadline, because, null, null, null, null);
    }

    public Attempt failed(String why) {
        return new Attempt(rung, at, deadline, because, endedAt, why, output, receipt);
    }

    /// What the executor said.
    public Attempt ended(Instant now, @Nullable String why, String said, @Nullable Receipt record) {
        return new Attempt(rung, at, deadline, because, now, why, said, record);
    }
}
