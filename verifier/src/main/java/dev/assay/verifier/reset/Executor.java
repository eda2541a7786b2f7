package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Reset;
import org.jspecify.annotations.Nullable;

/// Resets a host by a way that the host does not control.
public interface Executor {
    /// @param failure why nothing was done; null where it went well
    /// @param output bounded, for people
    record Outcome(@Nullable String failure, String output) {}

    /// Waits for the end.
    Outcome run(Host host, Reset reset, GroupSettings group) throws InterruptedException;
}
