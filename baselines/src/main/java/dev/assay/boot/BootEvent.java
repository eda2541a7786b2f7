package dev.assay.boot;

import dev.assay.bytes.Bytes;
import dev.assay.tpm.HashAlgorithm;
import java.util.SortedMap;

/// One event of the log (TCG PC Client Platform Firmware Profile, section 10.2).
///
/// The PCRs vouch for the digests alone. Whether they also cover what the event says of itself is
/// in the type of its {@link #data}.
///
/// @param digests of the banks that this program computes
/// @param said the event's own data
public record BootEvent(
        int number, int pcr, EventType type, SortedMap<HashAlgorithm, Bytes> digests, Bytes said) {
    /// What an event says of itself.
    public sealed interface Data {
        Bytes bytes();

        /// The digest is the digest of these bytes: they are as true as the PCR.
        record Covered(Bytes bytes) implements Data {}

        /// Anybody who can write the log can have written these.
        record Unverified(Bytes bytes) implements Data {}
    }

    /// Not extended into any PCR (section 10.4.1).
    public boolean isExtended() {
        return !type.equals(EventType.NO_ACTION);
    }

    public Data data() {
        return isExtended() && isCovered() ? new Data.Covered(said) : new Data.Unverified(said);
    }

    private boolean isCovered() {
        return !digests.isEmpty()
                && digests.entrySet().stream()
                        .allMatch(digest -> digest.getKey().digest(said).equals(digest.getValue()));
    }
}
