package dev.assay.verifier.fleet;

import dev.assay.evidence.BootId;
import java.time.Instant;

/// One boot of a host, as its evidence showed it.
///
/// @param sequence of the last evidence; an older one is a replay
/// @param wasGolden whether some evidence of this boot was golden: drift after that is an intrusion,
///     drift before it accuses the baseline
/// @param agent name and version
public record Boot(
        BootId id,
        Instant firstSeen,
        Instant lastSeen,
        long sequence,
        boolean wasGolden,
        String agent) {
    Boot seen(long newSequence, Instant now, boolean golden, String newAgent) {
        return new Boot(id, firstSeen, now, newSequence, wasGolden || golden, newAgent);
    }
}
