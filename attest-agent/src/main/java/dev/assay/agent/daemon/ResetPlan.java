package dev.assay.agent.daemon;

import dev.assay.agent.exhibit.ExhibitCollector;
import dev.assay.agent.reset.Deed;
import dev.assay.agent.reset.ResetAction;
import org.jspecify.annotations.Nullable;

/// What this host does when it is ordered to reset itself, in this order: hands in exhibits where
/// they are wanted, runs the hook, resets.
///
/// @param exhibits null where it never hands any in
/// @param hook null where there is none
public record ResetPlan(
        @Nullable ExhibitCollector exhibits, @Nullable Deed hook, ResetAction action) {
    /// Resets and does nothing before.
    public static ResetPlan of(ResetAction action) {
        return new ResetPlan(null, null, action);
    }
}
