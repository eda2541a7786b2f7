package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The paths that were asked for, each under its canonical spelling.
final class Wanted {
    private final MergedUsr mergedUsr;
    private final Map<Bytes, List<Bytes>> askedByCanonical = new HashMap<>();

    Wanted(Set<Bytes> paths, MergedUsr mergedUsr) {
        this.mergedUsr = mergedUsr;
        for (Bytes path : paths) {
            askedByCanonical
                    .computeIfAbsent(mergedUsr.canonical(path), absent -> new ArrayList<>())
                    .add(path);
        }
    }

    Set<Bytes> canonical() {
        return askedByCanonical.keySet();
    }

    List<Bytes> asked(Bytes canonical) {
        return askedByCanonical.getOrDefault(canonical, List.of());
    }

    Bytes canonical(Bytes path) {
        return mergedUsr.canonical(path);
    }
}
