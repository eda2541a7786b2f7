package dev.assay.verifier.fleet;

import java.time.Instant;

/// The platform's own record that a host was restarted: not the host's word.
///
/// @param executor whose record it is
/// @param id of the operation, as the platform names it
/// @param at by the platform's clock
public record Receipt(String executor, String id, Instant at) {
    public static final int MAX_ID_CHARS = 256;
}
