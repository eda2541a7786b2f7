package dev.assay.verifier.fleet;

import org.jspecify.annotations.Nullable;

/// Which hosts; what is null asks for nothing.
///
/// @param label `NAME=VALUE`, or `NAME` for any value
public record HostQuery(
        @Nullable String label,
        @Nullable String platformId,
        @Nullable HostState state,
        @Nullable String group) {
    public static final HostQuery ALL = new HostQuery(null, null, null, null);
}
