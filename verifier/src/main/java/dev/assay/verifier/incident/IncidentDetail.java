package dev.assay.verifier.incident;

import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.StoredDrift;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An incident with everything that is known of it.
///
/// @param drift in full, as the first host showed it
/// @param members sorted by host
public record IncidentDetail(Incident incident, StoredDrift drift, List<Member> members) {
    /// One host of it.
    ///
    /// @param now its state; null where it is no longer enrolled
    /// @param showsIt whether it is held against its present boot
    /// @param held by whom and why its reset is held; null where it is not
    /// @param reset how its last reset stands; null where there was none since
    public record Member(
            String host,
            String group,
            Instant firstSeen,
            Instant lastSeen,
            int boots,
            boolean firstMeasurement,
            boolean afterReset,
            @Nullable HostState now,
            boolean showsIt,
            @Nullable String held,
            @Nullable String reset) {}

    public IncidentDetail {
        members = List.copyOf(members);
    }
}
