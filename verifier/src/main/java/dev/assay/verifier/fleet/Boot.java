package dev.assay.verifier.fleet;

import dev.assay.evidence.BootId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One boot of a host, as its evidence showed it.
///
/// @param previous the boot before it; null for the first of an enrolment
/// @param fresh whether it is a new boot: its id had never been seen for this name, and its group
///   takes that for proof or the platform recorded the restart
/// @param sequence of the last evidence; an older one is a replay
/// @param wasGolden whether some evidence of this boot was golden: drift after that is an
///   intrusion, drift before it accuses the baseline
/// @param agent name and version
public record Boot(
        BootId id,
        @Nullable BootId previous,
        boolean fresh,
        Instant firstSeen,
        Instant lastSeen,
        long sequence,
        boolean wasGolden,
        String agent) {
    Boot seen(long newSequence, Instant now, String newAgent) {
        return new Boot(id, previous, fresh, firstSeen, now, newSequence, wasGolden, newAgent);
    }

    /// The platform recorded the restart.
    Boot proved() {
        return new Boot(id, previous, true, firstSeen, lastSeen, sequence, wasGolden, agent);
    }

    Boot golden() {
        return new Boot(id, previous, fresh, firstSeen, lastSeen, sequence, true, agent);
    }
}
