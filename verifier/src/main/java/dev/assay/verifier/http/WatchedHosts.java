package dev.assay.verifier.http;

import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed.Watch;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.HostQuery;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Watching;
import java.util.Map;
import java.util.TreeMap;

/// How the fleet is watched, as each host's last evidence said; hosts that are archived do not
/// count.
final class WatchedHosts {
    /// Of a host that has not said.
    private static final String UNKNOWN = "unknown";

    private final Verifier verifier;

    WatchedHosts(Verifier verifier) {
        this.verifier = verifier;
    }

    /// Every word is there, also at zero: an alert on a series that does not exist never fires.
    Map<String, Long> byMeans() {
        Map<String, Long> counts = new TreeMap<>();
        counts.put(UNKNOWN, 0L);
        for (Watch means : Watch.values()) {
            counts.put(means.wire(), 0L);
        }
        for (HostView host : verifier.fleet().hosts(HostQuery.ALL)) {
            Watching watching = host.watching();
            counts.merge(watching == null ? UNKNOWN : watching.means().wire(), 1L, Long::sum);
        }
        return counts;
    }

    /// Hosts may claim any number: no sum of them overflows.
    double lost() {
        double lost = 0;
        for (HostView host : verifier.fleet().hosts(HostQuery.ALL)) {
            Watching watching = host.watching();
            lost += watching == null ? 0 : watching.lost();
        }
        return lost;
    }

    /// 0 for a group of which no host was measured.
    Map<String, Long> oldestDigestByGroup() {
        Map<String, Long> oldest = new TreeMap<>();
        for (GroupSettings group : verifier.groups().list()) {
            oldest.put(group.name(), 0L);
        }
        for (HostView host : verifier.fleet().hosts(HostQuery.ALL)) {
            Freshness freshness = host.freshness();
            if (freshness != null) {
                oldest.merge(host.group(), freshness.oldestDigestSeconds(), Math::max);
            }
        }
        return oldest;
    }
}
