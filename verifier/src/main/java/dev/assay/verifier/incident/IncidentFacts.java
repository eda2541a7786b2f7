package dev.assay.verifier.incident;

import org.jspecify.annotations.Nullable;

/// What {@link Belief} goes by.
///
/// @param hosts that showed it
/// @param running hosts that measure by baselines of the incident's channel, those that showed it
///   among them
/// @param firstAtBoot of the hosts, those that showed it with the first measurement of the boot in
///   which they showed it first
/// @param midLife those that had proved golden in that boot before
/// @param afterReset those that showed it on the fresh boot after a reset
/// @param persistent those of `midLife` that also showed it on the fresh boot after a reset
/// @param mostBoots how many boots of one host showed it, at most
/// @param survivesReset whether a reboot would leave some of it in place
/// @param accusation what was wrong beyond the list; null where nothing was
/// @param whole whether all its paths are known one by one
public record IncidentFacts(
        int hosts,
        int running,
        int firstAtBoot,
        int midLife,
        int afterReset,
        int persistent,
        int mostBoots,
        boolean survivesReset,
        @Nullable String accusation,
        boolean whole,
        DriftFacts drift) {
    /// One or two, or a tenth: what an intruder reaches before he is seen.
    boolean isFew() {
        return hosts <= Math.max(2, running / 10) && hosts * 2 <= Math.max(running, 2);
    }

    /// More than half, and more than one.
    boolean isMost() {
        return hosts > 1 && hosts * 2 > running;
    }

    String share() {
        return hosts + " of " + Math.max(hosts, running) + (running == 1 ? " host" : " hosts");
    }
}
