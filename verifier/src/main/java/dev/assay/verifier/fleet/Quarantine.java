package dev.assay.verifier.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A host that stays out until it proves a new golden boot after an operator asked for it.
///
/// @param readmitRequestedAt when an operator asked; null until then
public record Quarantine(String reason, Instant since, @Nullable Instant readmitRequestedAt) {}
