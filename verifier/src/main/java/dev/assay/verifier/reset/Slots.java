package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Limit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which hosts of a group are down for resets, against how many may be: in the group, and in each
/// failure zone. A host that does not come back keeps its slot, as a lease without an end: a reset
/// that breaks hosts stops at the budget, whatever goes wrong after it.
final class Slots {
    private final GroupSettings group;
    private final int limit;
    private final Map<String, Integer> zoneSizes = new HashMap<>();
    private final Map<String, Set<String>> takenByZone = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<String> underWay;

    /// @param underWay hosts that an executor may take down yet, whatever became of their resets
    Slots(GroupSettings group, List<Host> members, Set<String> underWay) {
        this.group = group;
        this.underWay = underWay;
        this.limit = group.budget().of(members.size());
        for (Host member : members) {
            if (group.zoneBudget() != null) {
                zoneSizes.merge(zone(member), 1, Integer::sum);
            }
            if (member.takesSlot() || underWay.contains(member.name())) {
                take(member);
            }
        }
    }

    void take(Host host) {
        taken.add(host.name());
        takenByZone.computeIfAbsent(zone(host), zone -> new HashSet<>()).add(host.name());
    }

    void free(Host host) {
        if (underWay.contains(host.name())) {
            return;
        }
        taken.remove(host.name());
        takenByZone.getOrDefault(zone(host), new HashSet<>()).remove(host.name());
    }

    /// Why the host would have no slot; null where it has one.
    @Nullable String obstacle(Host host) {
        if (taken.contains(host.name())) {
            return null;
        }
        if (taken.size() >= limit) {
            return "reset waits for one of " + limit + " slots of group " + group.name();
        }
        Limit zoneBudget = group.zoneBudget();
        String zone = zone(host);
        if (zoneBudget != null) {
            int zoneLimit = zoneBudget.of(zoneSizes.getOrDefault(zone, 0));
            if (takenByZone.getOrDefault(zone, Set.of()).size() >= zoneLimit) {
                return "reset waits for one of "
                        + zoneLimit
                        + " slots of zone "
                        + (zone.isEmpty() ? "(none)" : zone);
            }
        }
        return null;
    }

    private String zone(Host host) {
        return host.labels().getOrDefault(group.zoneLabel(), "");
    }
}
