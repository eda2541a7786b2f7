package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Cause;
import org.jspecify.annotations.Nullable;

/// What is to become of a host.
public sealed interface Decision {
    /// Nothing is held against it.
    record Leave() implements Decision {}

    /// It would be reset if its group were not only observed.
    ///
    /// @param obstacle what would stand in the way all the same; null where nothing would
    record Watch(Cause cause, String reason, @Nullable String obstacle) implements Decision {}

    /// It is to be reset, and something stands in the way.
    record Hold(Cause cause, String reason, String why) implements Decision {}

    record Reset(Cause cause, String reason) implements Decision {}

    /// A reboot would bring the drift back up.
    record Replace(Cause cause, String reason) implements Decision {}

    /// Resetting it again would not help.
    record Quarantine(String reason) implements Decision {}
}
