package dev.assay.verifier.incident;

import dev.assay.tree.Digest;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Latch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who shows the same, of those against whom a drift is held now. Pure.
public final class Grouping {
    private Grouping() {}

    /// The drift that is held against the host's present boot; null where there is none.
    public static @Nullable DriftSummary held(Host host) {
        Latch latch = host.latch();
        return latch == null ? null : latch.drift();
    }

    public static Map<Digest, List<Host>> byDrift(Collection<Host> hosts) {
        Map<Digest, List<Host>> groups = new HashMap<>();
        for (Host host : hosts) {
            DriftSummary drift = held(host);
            if (drift != null) {
                groups.computeIfAbsent(drift.incident(), id -> new ArrayList<>()).add(host);
            }
        }
        return groups;
    }

    /// Those with the most hosts first, then by path.
    public static List<PathGroup> byPath(Collection<Host> hosts) {
        SortedMap<String, SortedSet<String>> names = new TreeMap<>();
        Map<String, SortedSet<String>> incidents = new HashMap<>();
        for (Host host : hosts) {
            DriftSummary drift = held(host);
            if (drift != null) {
                for (String path : drift.paths()) {
                    names.computeIfAbsent(path, key -> new TreeSet<>()).add(host.name());
                    incidents
                            .computeIfAbsent(path, key -> new TreeSet<>())
                            .add(drift.incident().hex());
                }
            }
        }
        List<PathGroup> groups = new ArrayList<>();
        names.forEach(
                (path, on) -> {
                    SortedSet<String> ids = incidents.getOrDefault(path, new TreeSet<>());
                    if (on.size() > 1 && ids.size() > 1) {
                        groups.add(
                                new PathGroup(
                                        path,
                                        ids.stream().map(Digest::ofHex).toList(),
                                        List.copyOf(on)));
                    }
                });
        groups.sort(Comparator.comparingInt((PathGroup group) -> -group.hosts().size()));
        return groups;
    }
}
