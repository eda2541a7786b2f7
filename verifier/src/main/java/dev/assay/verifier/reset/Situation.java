package dev.assay.verifier.reset;

/// What the policy has to know beyond the host.
///
/// @param silentTooLong whether the host has not been heard of for longer than its group allows
/// @param silentTogether whether so many of its group are silent that it is the network
/// @param slotsTaken of the group, by other hosts
public record Situation(boolean silentTooLong, boolean silentTogether, int slotsTaken) {}
