package dev.assay.verifier.reset;

import org.jspecify.annotations.Nullable;

/// What the policy has to know beyond the host.
///
/// @param silentTooLong whether the host has not been heard of for longer than its group allows
/// @param silentTogether whether so many of its group are silent that it is the network
/// @param breaker why the breaker halts its reset; null where it does not
/// @param blocker why somebody outside says "not now"; null where nobody does
/// @param budget why no slot is free for it; null where one is
public record Situation(
        boolean silentTooLong,
        boolean silentTogether,
        @Nullable String breaker,
        @Nullable String blocker,
        @Nullable String budget) {
    /// Nothing stands in the way of a reset.
    public static final Situation CALM = new Situation(false, false, null, null, null);
}
