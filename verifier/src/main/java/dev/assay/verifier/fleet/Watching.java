package dev.assay.verifier.fleet;

import dev.assay.evidence.Observed;
import dev.assay.evidence.Observed.Watch;
import org.jspecify.annotations.Nullable;

/// By what an agent learns of changes, as its last evidence said: unattested.
///
/// @param lost how often since the agent's start events were lost
public record Watching(Watch means, long lost) {
    static @Nullable Watching of(@Nullable Observed observed) {
        return observed == null ? null : new Watching(observed.watch(), observed.lost());
    }
}
