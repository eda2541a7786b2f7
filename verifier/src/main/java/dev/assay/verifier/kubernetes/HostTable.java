package dev.assay.verifier.kubernetes;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the host behind a Node. By the platform's id where the enrolment names one, else by name.
///
/// An intruder would like a drifted Node to be taken for somebody else's golden host. He may choose
/// the provider id of a Node that he registers, and the name and platform id under which he enrols,
/// as far as his token lets him. So whatever is ambiguous or contradicts itself is nobody: a name
/// that agrees while the ids differ, an id that two Nodes or two hosts claim.
final class HostTable {
    private final Map<String, HostSays> byName = new HashMap<>();
    private final Map<String, HostSays> byPlatformId = new HashMap<>();
    private final Set<String> platformIdsOfMany = new HashSet<>();
    private final Map<String, Integer> nodesByProviderId = new HashMap<>();

    HostTable(Collection<HostSays> hosts, Collection<NodeFacts> nodes) {
        for (HostSays host : hosts) {
            byName.put(host.name(), host);
            String id = host.platformId();
            if (id != null && byPlatformId.put(id, host) != null) {
                platformIdsOfMany.add(id);
            }
        }
        for (NodeFacts node : nodes) {
            String id = node.providerId();
            if (id != null) {
                nodesByProviderId.merge(id, 1, Integer::sum);
            }
        }
    }

    /// A host, or why there is none.
    ///
    /// @param host null where it is nobody
    record Match(@Nullable HostSays host, String why) {}

    Match find(NodeFacts node) {
        HostSays named = byName.get(node.name());
        String id = node.providerId();
        if (id != null) {
            HostSays identified = byPlatformId.get(id);
            if (identified != null) {
                return identified(node, id, identified, named);
            }
        }
        if (named == null) {
            return new Match(null, "no host is enrolled under this node's name or provider id");
        }
        if (named.platformId() != null) {
            return new Match(
                    null,
                    "the host of this name has the platform id "
                            + named.platformId()
                            + ", this node has "
                            + (id == null ? "none" : id));
        }
        return new Match(named, "");
    }

    private Match identified(
            NodeFacts node, String id, HostSays identified, @Nullable HostSays named) {
        if (platformIdsOfMany.contains(id)) {
            return new Match(null, "several hosts have the platform id " + id);
        }
        if (identified.name().equals(node.name())) {
            return new Match(identified, "");
        }
        if (named != null) {
            return new Match(
                    null,
                    "the host of this node's provider id is "
                            + identified.name()
                            + ", and another host has this node's name");
        }
        if (nodesByProviderId.getOrDefault(id, 0) > 1) {
            return new Match(null, "several nodes have the provider id " + id);
        }
        return new Match(identified, "");
    }
}
