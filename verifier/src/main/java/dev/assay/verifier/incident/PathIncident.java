package dev.assay.verifier.incident;

import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.List;

/// One path that drifted on several hosts, each in its own way.
///
/// @param firstSeen of any of its incidents
/// @param belief of all of them together
public record PathIncident(
        String path, Instant firstSeen, List<Digest> incidents, List<String> hosts, Belief belief) {
    public PathIncident {
        incidents = List.copyOf(incidents);
        hosts = List.copyOf(hosts);
    }
}
