package dev.assay.verifier.fleet;

import dev.assay.evidence.BootId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One boot of a host, as its evidence showed it.
///
/// @param previous the boot before it; null for the first of an enrolment
/// @param fresh whether it is a new boot: its id had never been seen for this name, and its group
///   takes that for proof, or the platform or the TPM recorded the restart
/// @param sequence of the last evidence; an older one is a replay
/// @param wasGolden whether some evidence of this boot was golden: drift after that is an
///   intrusion, drift before it accuses the baseline
/// @param agent name and version
/// @param resets what the TPM counted; null for a host of the software tier
public record Boot(
        BootId id,
        @Nullable BootId previous,
        boolean fresh,
        Instant firstSeen,
        Instant lastSeen,
        long sequence,
        boolean wasGolden,
        String agent,
        @Nullable ResetCounts resets) {
    Boot seen(long newSequence, Instant now, String newAgent, @Nullable Long resetCount) {
        ResetCounts counted = resets == null ? null : resets.seen(resetCount);
        return new Boot(
                id, previous, fresh, firstSeen, now, newSequence, wasGolden, newAgent, counted);
    }

    /// The platform recorded the restart.
    Boot proved() {
        return new Boot(
                id, previous, true, firstSeen, lastSeen, sequence, wasGolden, agent, resets);
    }

    Boot golden() {
        return new Boot(id, previous, fresh, firstSeen, lastSeen, sequence, true, agent, resets);
    }
}
