package dev.assay.verifier.reset;

import java.util.Map;
import java.util.Set;

/// What the verifier's site file offers: the executors that a group's ladder can name, and the
/// blockers.
public record Rungs(Map<String, Executor> executors, Map<String, Blocker> blockers) {
    public static final Rungs NONE = new Rungs(Map.of(), Map.of());

    public Rungs {
        executors = Map.copyOf(executors);
        blockers = Map.copyOf(blockers);
    }

    public Set<String> executorNames() {
        return executors.keySet();
    }

    public Set<String> blockerNames() {
        return blockers.keySet();
    }
}
