package dev.assay.verifier.incident;

import dev.assay.tree.Digest;
import java.util.List;

/// The hosts on which one path drifted, though the drift differs: an intruder who writes something
/// else on each host still has to write somewhere.
///
/// @param path among the first few of each drift
/// @param incidents at least two
/// @param hosts at least two, sorted
public record PathGroup(String path, List<Digest> incidents, List<String> hosts) {
    public PathGroup {
        incidents = List.copyOf(incidents);
        hosts = List.copyOf(hosts);
    }
}
