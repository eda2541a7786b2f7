package dev.assay.verifier.fleet;

import java.time.Instant;

/// A host that stays out until it proves a new golden boot after an operator asked for it.
///
/// @param readmitRequested whether an operator asked
public record Quarantine(String reason, Instant since, boolean readmitRequested) {}
