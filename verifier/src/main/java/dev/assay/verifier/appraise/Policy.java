package dev.assay.verifier.appraise;

import dev.assay.scope.Facts;
import org.jspecify.annotations.Nullable;

/// What else the appraisal of one host goes by.
///
/// @param channel of the host's group
/// @param facts that the enrolment wrote down
/// @param provedSerial the highest that the host proved on the channel; 0 for none
/// @param rollbackTo the lowest serial that an open rollback window allows; null where none is open
/// @param distrust why nothing that is signed is believed just now; null where it is
/// @param maxDigestAgeSeconds of the oldest digest that a golden root may rely on; 0 for any
public record Policy(
        String channel,
        Facts facts,
        long provedSerial,
        @Nullable Long rollbackTo,
        @Nullable String distrust,
        long maxDigestAgeSeconds) {
    boolean allowsSerial(long serial) {
        return serial >= provedSerial || rollbackTo != null && serial >= rollbackTo;
    }

    /// What is remembered is believed for so long: who forges a file's times hides for no longer.
    boolean allowsDigestAge(long ageSeconds) {
        return maxDigestAgeSeconds == 0 || ageSeconds <= maxDigestAgeSeconds;
    }
}
